import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { appendLine, readIfThere, replaceFile } from '../aws/private-files.ts';
import type { HistoryEvent } from './history.ts';
import { LateWrites } from './late-writes.ts';

const executionRecordSchema = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  roleArn: z.string(),
  /** Digest of the text of its definition. Absent where an older local stack began it. */
  definition: z.string().optional(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT']),
  /** Epoch milliseconds. */
  startDate: z.number(),
  stopDate: z.number().optional(),
  redriveDate: z.number().optional(),
  redriveCount: z.int().optional(),
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
 * Written synchronously, so that what a client has been told, or a function has seen, survives a kill -9. An execution
 * that was accepted goes on while the disk is full: its changes are written when there is room.
 */
export class ExecutionFiles {
  readonly #directory: string;
  readonly #writes: LateWrites;
  /** What waits to be written, by ARN. */
  readonly #unwritten = new Map<string, ExecutionRecord>();

  constructor(directory: string) {
    this.#directory = directory;
    this.#writes = new LateWrites(`The folder of executions ${directory}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  readRecords(): ExecutionRecord[] {
    return readdirSync(this.#directory)
      .filter((file) => file.endsWith('.json'))
      .map((file) => parseRecord(readFileSync(join(this.#directory, file), 'utf8')));
  }

  /** Throws where the disk does not take it. */
  keepDefinition(digest: string, text: string): void {
    const folder = join(this.#directory, 'definitions');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceFile(join(folder, digest), text);
  }

  readDefinition(digest: string): string | undefined {
    return readIfThere(join(this.#directory, 'definitions', digest))?.toString();
  }

  readRecord(executionArn: string): ExecutionRecord {
    return this.#unwritten.get(executionArn) ?? parseRecord(readFileSync(this.#path(executionArn, 'json'), 'utf8'));
  }

  /** Throws where the disk does not take it. */
  createRecord(record: ExecutionRecord): void {
    replaceFile(this.#path(record.executionArn, 'json'), JSON.stringify(record));
  }

  saveRecord(record: ExecutionRecord): void {
    const { executionArn } = record;
    this.#unwritten.set(executionArn, record);
    this.#writes.do(() => {
      replaceFile(this.#path(executionArn, 'json'), JSON.stringify(record));
      if (this.#unwritten.get(executionArn) === record) this.#unwritten.delete(executionArn);
    });
  }

  appendEvent(executionArn: string, event: HistoryEvent): void {
    const path = this.#path(executionArn, 'jsonl');
    this.#writes.do(() => appendLine(path, `${JSON.stringify(event)}\n`));
  }

  /** Cuts off a line that the last process did not finish, so that the next event starts on a line of its own. */
  readHistory(executionArn: string): HistoryEvent[] {
    const path = this.#path(executionArn, 'jsonl');
    const text = readIfThere(path)?.toString() ?? '';
    const events = parseLines(text);
    const whole = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (text !== whole) replaceFile(path, whole);
    return events;
  }

  /** Whether the newest is still to be written: then it must stay in memory. */
  get areBehind(): boolean {
    return this.#writes.waiting;
  }

  /** Writes what waits, if that is possible now. */
  close(): void {
    this.#writes.close();
  }

  /** By digest: a name may hold characters that a file name may not. */
  #path(executionArn: string, ending: string): string {
    return join(this.#directory, `${createHash('sha256').update(executionArn).digest('hex')}.${ending}`);
  }
}

const parseRecord = (text: string): ExecutionRecord => executionRecordSchema.parse(JSON.parse(text));

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
