import { createHash } from 'node:crypto';
import { AwsError } from '../aws/error.ts';
import { ExecutionFiles, type ExecutionRecord } from './execution-files.ts';
import type { HistoryEvent } from './history.ts';

/** What a list of executions shows. */
export type ExecutionSummary = Omit<ExecutionRecord, 'input' | 'output' | 'error' | 'cause'>;

/** One execution. What has ended is kept on disk and read when somebody asks, so that memory holds what runs. */
export interface ExecutionEntry {
  summary: ExecutionSummary;
  /** Absent once the execution has ended, if there is a disk. */
  record: ExecutionRecord | undefined;
  /** Likewise. */
  events: HistoryEvent[] | undefined;
}

/** All executions: in memory, and with a directory on disk as well. */
export class Executions {
  readonly #files: ExecutionFiles | undefined;
  /** Texts by digest, of this process's executions. */
  readonly #definitions = new Map<string, string>();
  readonly #byArn = new Map<string, ExecutionEntry>();
  /** Per machine, in the order of their start. */
  readonly #byMachine = new Map<string, ExecutionEntry[]>();

  constructor(directory: string | undefined) {
    if (directory === undefined) return;
    this.#files = new ExecutionFiles(directory);
    const summaries = this.#files.readRecords().map(summaryOf);
    for (const summary of summaries.sort((a, b) => a.startDate - b.startDate)) {
      this.#remember({ summary, record: undefined, events: undefined });
    }
  }

  /** Keeps the text of a definition as long as executions may need it, and returns its name. */
  keepDefinition(text: string): string {
    const digest = createHash('sha256').update(text).digest('hex');
    if (this.#definitions.has(digest)) return digest;
    this.#files?.keepDefinition(digest, text);
    this.#definitions.set(digest, text);
    return digest;
  }

  definitionOf(digest: string): string | undefined {
    return this.#definitions.get(digest) ?? this.#files?.readDefinition(digest);
  }

  /** Throws where the disk does not take the record: then there is no execution. */
  create(record: ExecutionRecord): ExecutionEntry {
    const entry: ExecutionEntry = { summary: summaryOf(record), record, events: [] };
    this.#files?.createRecord(record);
    this.#remember(entry);
    return entry;
  }

  find(executionArn: string): ExecutionEntry | undefined {
    return this.#byArn.get(executionArn);
  }

  get(executionArn: string): ExecutionEntry {
    const entry = this.find(executionArn);
    if (!entry) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return entry;
  }

  all(): Iterable<ExecutionEntry> {
    return this.#byArn.values();
  }

  ofMachine(stateMachineArn: string): ExecutionEntry[] {
    return this.#byMachine.get(stateMachineArn) ?? [];
  }

  recordOf({ summary, record }: ExecutionEntry): ExecutionRecord {
    const found = record ?? this.#files?.readRecord(summary.executionArn);
    if (!found) throw new Error(`The record of ${summary.executionArn} is gone`);
    return found;
  }

  eventsOf({ summary, events }: ExecutionEntry): HistoryEvent[] {
    return events ?? this.#files?.readHistory(summary.executionArn) ?? [];
  }

  /** From now on in memory, for a run that adds to it. */
  load(entry: ExecutionEntry): HistoryEvent[] {
    entry.record = this.recordOf(entry);
    entry.events = this.eventsOf(entry);
    return entry.events;
  }

  save(entry: ExecutionEntry, record: ExecutionRecord): void {
    entry.summary = summaryOf(record);
    entry.record = record;
    this.#files?.saveRecord(record);
  }

  append({ summary }: ExecutionEntry, event: HistoryEvent): void {
    this.#files?.appendEvent(summary.executionArn, event);
  }

  /** Leaves to the disk what has ended. */
  release(entry: ExecutionEntry): void {
    if (!this.#files || this.#files.areBehind) return;
    entry.record = undefined;
    entry.events = undefined;
  }

  /** What the disk did not take so far. */
  close(): void {
    this.#files?.close();
  }

  #remember(entry: ExecutionEntry): void {
    const { executionArn, stateMachineArn } = entry.summary;
    this.#byArn.set(executionArn, entry);
    const siblings = this.#byMachine.get(stateMachineArn);
    if (siblings) siblings.push(entry);
    else this.#byMachine.set(stateMachineArn, [entry]);
  }
}

const summaryOf = ({ input, output, error, cause, ...summary }: ExecutionRecord): ExecutionSummary => summary;
