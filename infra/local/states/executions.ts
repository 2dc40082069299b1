import { AwsError } from '../aws/error.ts';
import { ExecutionFiles, type ExecutionRecord } from './execution-files.ts';
import type { HistoryEvent } from './history.ts';

/** One execution, whether it runs in this process or lies on disk only. */
export interface ExecutionEntry {
  record: ExecutionRecord;
  /** Undefined until somebody asks for a history that an earlier process wrote. */
  events: HistoryEvent[] | undefined;
}

/** All executions: in memory, and with a directory on disk as well. */
export class Executions {
  readonly #files: ExecutionFiles | undefined;
  readonly #byArn = new Map<string, ExecutionEntry>();
  /** Per machine, in the order of their start. */
  readonly #byMachine = new Map<string, ExecutionEntry[]>();

  constructor(directory: string | undefined) {
    if (directory === undefined) return;
    this.#files = new ExecutionFiles(directory);
    const records = this.#files.readRecords().sort((a, b) => a.startDate - b.startDate);
    for (const record of records) this.#remember({ record, events: undefined });
  }

  create(record: ExecutionRecord): ExecutionEntry {
    const entry: ExecutionEntry = { record, events: [] };
    this.#files?.saveRecord(record);
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

  eventsOf(entry: ExecutionEntry): HistoryEvent[] {
    entry.events ??= this.#files?.readHistory(entry.record.executionArn) ?? [];
    return entry.events;
  }

  save(entry: ExecutionEntry, record: ExecutionRecord): void {
    entry.record = record;
    this.#files?.saveRecord(record);
  }

  append(entry: ExecutionEntry, event: HistoryEvent): void {
    this.#files?.appendEvent(entry.record.executionArn, event);
  }

  #remember(entry: ExecutionEntry): void {
    const { executionArn, stateMachineArn } = entry.record;
    this.#byArn.set(executionArn, entry);
    const siblings = this.#byMachine.get(stateMachineArn);
    if (siblings) siblings.push(entry);
    else this.#byMachine.set(stateMachineArn, [entry]);
  }
}
