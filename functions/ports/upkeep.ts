import type { StatusChange } from '../contract/status-change.ts';
import type { Gauges } from '../domain/decision/gauges.ts';
import type { SweepPlaces, Swept } from '../domain/task/sweep.ts';

export type ExecutionKind = 'sessions' | 'runs' | 'storms';

/** Calls the handlers of ends, as the events would have that were lost. */
export interface EndedExecutions {
  /** Resolves once the bus has it, which brings it to its handler at least once. */
  announce(
    kind: ExecutionKind,
    end: Pick<StatusChange['detail'], 'name' | 'status' | 'error' | 'cause'>,
  ): Promise<void>;
  /** Something of the job may be left on its server. */
  leftBehind(jobId: string): Promise<void>;
}

/** One sweep at a time. */
export interface SweepLease {
  /** Undefined where another one has the turn; else where the last one stopped. Times are ISO 8601. */
  acquire(at: string, until: string): Promise<SweepPlaces | undefined>;
  release(places: SweepPlaces, at: string): Promise<void>;
}

export interface SweepMetrics {
  publish(found: Swept): void;
  /** What is waiting, and what of the budgets is used: once per sweep. */
  measured(gauges: Gauges): void;
}

/** The hooks as senders reach them, and the key of the heartbeat's own. */
export interface HeartbeatDoor {
  key(): Promise<string>;
  /** Status of the answer. */
  post(key: string, body: object): Promise<number>;
}

/** What the sessions of a day have used of a budget: how many there were, and US dollars. */
export interface BudgetUse {
  read(scope: string, day: string): Promise<{ sessions: number; costUsd: number }>;
}
