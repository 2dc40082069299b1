import type { SessionFinished } from '../contract/events.ts';
import type { Collected, ExecutionInput, Result, SessionRef } from '../contract/execution.ts';
import type { SessionLimit } from '../contract/metrics.ts';
import type { ReportStatus } from '../contract/report.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { Job, JobProgress } from '../domain/job/job.ts';
import type { RepositoryGuard } from '../domain/repository/repository-guard.ts';
import type { Storm } from '../domain/storm/storm.ts';
import type { TextFile } from '../domain/text/texts.ts';
import type { ListPosition } from './alerts.ts';

export interface JobStore {
  /**
   * The stored job: the given one, or the one that was there first. `incident`: whose last job of the rule it is from
   * then on, in the same write.
   */
  createOrGet(job: Job, incident?: string): Promise<Job>;
  /** Stores the job with its alert, all or nothing. False, and nothing written, where one of them is there already. */
  createWithAlert(job: Job, alert: Alert, incident?: string): Promise<boolean>;
  get(id: string): Promise<Job | undefined>;
  list(ids: string[]): Promise<Job[]>;
  markStarted(id: string, executionArn: string, at: string): Promise<void>;
  /** False if the job is finished: nobody waits for this session any more, so the caller has to take it down. */
  recordSession(id: string, session: SessionRef): Promise<boolean>;
  /** False if the job is finished: the prompt must not leave. */
  markPrompted(id: string, at: string): Promise<boolean>;
  /** What verifying has come to. False if the job is finished. */
  recordVerification(id: string, step: Partial<Pick<Job, 'kept' | 'followUp'>>): Promise<boolean>;
  /**
   * The first outcome stands: false if the job was finished before. `worktreeLeft`: a worktree that holds nothing of
   * worth is still to be removed.
   */
  finish(id: string, collected: Collected, at: string, worktreeLeft?: boolean): Promise<boolean>;
  /** Nothing is left on its server of a job that has ended. */
  markCleared(id: string, at: string): Promise<void>;
  /** The audit record of a job that has ended is written. */
  markAudited(id: string, at: string): Promise<void>;
  /** What a poll saw, for people: not worth failing a run for. The last one stands. */
  recordProgress(id: string, progress: JobProgress): Promise<void>;
  /** Undefined before the first poll. */
  getProgress(id: string): Promise<JobProgress | undefined>;
  /**
   * Newest first, from the row after `before` on, read as the caller goes. A new job may be missing for a moment.
   * `expected`: how many will be taken.
   */
  listNewest(span: { before: ListPosition | undefined; expected: number }): AsyncIterable<Job>;
}

export interface SessionMetrics {
  /** Once per poll and limit. */
  nearLimit(limit: SessionLimit): void;
}

/** Of a repository on a server, by `repositoryId`. Compared and swapped as a whole. */
export interface RepositoryGuards {
  /** Version 0 where there is none yet. Strongly consistent. */
  read(id: string): Promise<{ guard: RepositoryGuard | undefined; version: number }>;
  /** False, and nothing written, unless the stored version is `version`. */
  write(id: string, guard: RepositoryGuard, version: number): Promise<boolean>;
}

/** A part of a list, and the place after which the next one begins; undefined at the end. */
export interface ListPart<Row> {
  rows: Row[];
  next: string | undefined;
}
type ListPartOf<Row> = (after: string | undefined, limit: number) => Promise<ListPart<Row>>;

/** What is not over, the oldest first, a part at a time. What has just begun or ended may be missing, or be there. */
export interface OpenWork {
  jobs: ListPartOf<Job>;
  /** Jobs that have ended, whose servers are to be cleared, or whose audit records are to be written. */
  leftovers: ListPartOf<Job>;
  storms: ListPartOf<Storm>;
  /** Alerts with decisions that wait for a relay run, one for each decision. */
  scheduled: ListPartOf<{ alertId: string; at: string }>;
}

export interface ExecutionStarter {
  /** Returns the execution's ARN, also where an execution of that name is there already. */
  start(name: string, input: ExecutionInput): Promise<string>;
}

export interface ExecutionStopper {
  /** Stops the execution of that name; one that has ended is left alone. False if there never was one. */
  stop(name: string, cause: string): Promise<boolean>;
}

/** How an execution stands. Times are ISO 8601. */
export interface ExecutionState {
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  error: string | undefined;
  cause: string | undefined;
  /** JSON text. */
  input: string | undefined;
  /** Absent while it runs. */
  endedAt: string | undefined;
}

export interface ExecutionReader {
  /** Undefined if there never was one of that name, or it is gone: Step Functions keeps them for 90 days. */
  read(name: string): Promise<ExecutionState | undefined>;
}

export interface OutcomePublisher {
  publish(event: SessionFinished): Promise<void>;
}

export interface ResultStore {
  /** Writes the artefacts under `<jobId>/`; repeating it writes the same objects. */
  write(
    jobId: string,
    artefacts: {
      patch: TextFile | null;
      answer: string | null;
      manifest: object;
    },
  ): Promise<Pick<Result, 'bucket' | 'patch' | 'answer' | 'manifest'>>;
  /** Puts these fields into a manifest that is there. */
  amend(jobId: string, fields: Record<string, unknown>): Promise<void>;
}

export interface ResultLinks {
  /** An address that opens the object for whoever has it, for so many seconds. */
  link(key: string, seconds: number): Promise<string>;
}

export interface ResultReader {
  /** So many characters from the beginning of an object of a result; null where it is not there any more. */
  read(key: string, characters: number): Promise<string | null>;
}

/** The page of each session, beside its result. */
export interface ReportStore {
  isThere(jobId: string): Promise<boolean>;
  write(jobId: string, page: string): Promise<void>;
}

/** Has the page of a session made, unless it is there. */
export interface ReportMaker {
  make(jobId: string): Promise<ReportStatus>;
}

export interface CredentialScanner {
  /** Kinds of the credentials that lines of a file hold, by their names; none where there are none. */
  kindsIn(path: string, lines: readonly string[]): string[];
  /** The text with the kind of each credential in its place, and which kinds there were. */
  masked(text: string): { text: string; kinds: string[] };
}
