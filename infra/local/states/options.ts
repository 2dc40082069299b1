import type { Clock } from '../clock.ts';
import type { ExecutionStatusChange } from './answers.ts';
import type { HistoryEvent } from './history.ts';
import type { TaskRunner } from './visit.ts';

export interface StatesOptions {
  region: string;
  account: string;
  clock: Clock;
  /** Where executions survive the process; without it they live in memory. */
  directory?: string;
  run: TaskRunner;
  /** Throws AccessDenied where the machine's role may not. Absent: every machine may do everything. */
  authorize?(roleArn: string, operation: string, input: unknown): void;
  onStatusChange(event: ExecutionStatusChange): Promise<void>;
  /** Each event of each history as it happens. */
  onHistory?(execution: { arn: string; name: string }, event: HistoryEvent): void;
}
