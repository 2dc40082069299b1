import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { LogEvent, LogPage, LogQuery, LogSource } from './source.ts';

const STREAM = 'local';
/** A line of Lambda's or the functions' own JSON. */
const lineSchema = z.object({ timestamp: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)) });

/** The log that a function prints to a file: one stream, a line per event; the token is a position in the file. */
export class FileSource implements LogSource {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  streams(): { name: string; bytes: number }[] {
    const bytes = this.#stat()?.size;
    return bytes === undefined ? [] : [{ name: STREAM, bytes }];
  }

  async read({ from, until, wants, limit, token }: LogQuery): Promise<LogPage> {
    const start = Number(token ?? 0);
    const events: LogEvent[] = [];
    // A line without a time has that of the one before; the first ones that of the file.
    let timestamp = this.#stat()?.birthtimeMs ?? 0;
    let position = start;
    for await (const message of this.#lines(start)) {
      timestamp = timeOf(message) ?? timestamp;
      const event = { logStreamName: STREAM, timestamp, message, eventId: String(position).padStart(20, '0') };
      if (timestamp >= from && timestamp <= until && message !== '' && wants(event)) {
        if (events.length === limit) return { events, token: String(position) };
        events.push(event);
      }
      position += Buffer.byteLength(message) + 1;
    }
    return { events, token: undefined };
  }

  #stat() {
    return statSync(this.#file, { throwIfNoEntry: false });
  }

  #lines(start: number): AsyncIterable<string> {
    if (!this.#stat()) return noLines();
    return createInterface({ input: createReadStream(this.#file, { start, encoding: 'utf8' }), crlfDelay: 0 });
  }
}

async function* noLines(): AsyncGenerator<string> {}

function timeOf(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return lineSchema.parse(JSON.parse(line)).timestamp;
  } catch {
    return undefined;
  }
}
