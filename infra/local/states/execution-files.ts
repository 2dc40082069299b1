import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HistoryEvent } from './history.ts';

export const executionRecordSchema = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  roleArn: z.string(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT']),
  /** Epoch milliseconds. */
  startDate: z.number(),
  stopDate: z.number().optional(),
  /** JSON text, as `output` is. */
  input: z.string(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});
export type ExecutionRecord = z.infer<typeof executionRecordSchema>;

const eventSchema = z.looseObject({
  id: z.number(),
  previousEventId: z.number(),
  timestamp: z.number(),
  type: z.string(),
});

/**
 * Executions on disk: a JSON file each for the record, replaced as a whole, and one JSON line per history event.
 * Written synchronously, so that what a client has been told, or a function has seen, survives a kill -9.
 */
export class ExecutionFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  readRecords(): ExecutionRecord[] {
    return readdirSync(this.#directory)
      .filter((file) => file.endsWith('.json'))
      .map((file) => executionRecordSchema.parse(JSON.parse(readFileSync(join(this.#directory, file), 'utf8'))));
  }

  saveRecord(record: ExecutionRecord): void {
    this.#replace(this.#path(record.executionArn, 'json'), JSON.stringify(record));
  }

  appendEvent(executionArn: string, event: HistoryEvent): void {
    appendFileSync(this.#path(executionArn, 'jsonl'), `${JSON.stringify(event)}\n`, { mode: 0o600 });
  }

  /** Cuts off a line that the last process did not finish, so that the next event starts on a line of its own. */
  readHistory(executionArn: string): HistoryEvent[] {
    const path = this.#path(executionArn, 'jsonl');
    const text = readIfThere(path);
    const events = parseLines(text);
    const whole = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (text !== whole) this.#replace(path, whole);
    return events;
  }

  #replace(path: string, text: string): void {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /** By digest: a name may hold characters that a file name may not. */
  #path(executionArn: string, ending: string): string {
    return join(this.#directory, `${createHash('sha256').update(executionArn).digest('hex')}.${ending}`);
  }
}

function parseLines(text: string): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const line of text.split('\n')) {
    const event = eventSchema.safeParse(parseJson(line));
    if (!event.success) break;
    events.push(event.data);
  }
  return events;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A kill between the record and the first event leaves no history file. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
