import type { Alert } from '../domain/alert/alert.ts';
import type { Job } from '../domain/job/job.ts';
import type { Storm } from '../domain/storm/storm.ts';
import type { ListPart } from './sessions.ts';

/** Rows of what is over, and how they are let go of: each with a time from which on the table may delete it. */
export interface RetiredRows {
  /** Alerts that are resolved and came in before then, the oldest first. */
  alerts(before: string, after: string | undefined, limit: number): Promise<ListPart<Alert>>;
  /** Jobs that have ended, are recorded and were made before then, the oldest first. */
  jobs(before: string, after: string | undefined, limit: number): Promise<ListPart<Job>>;
  /** With everything that stands by the alert: decisions, responders, what points to it. Idempotent. */
  expireAlert(alert: Alert, at: Date): Promise<void>;
  expireJob(id: string, at: Date): Promise<void>;
}

/** Overwrites texts for good; ids, times, counts, reasons and digests stay. Repeated, each changes nothing. */
export interface ErasedRows {
  /** What the sender said. From then on nothing that it says is written over it. */
  eraseAlert(alert: Alert, at: string): Promise<void>;
  /** The sentences of all decisions on an alert. */
  eraseDecisions(of: { alertId: string }): Promise<void>;
  /** Prompt, causes and what was said in the session, and what its last poll saw. */
  eraseJob(job: Job): Promise<void>;
  /** What is said of its root cause. */
  eraseStorm(storm: Storm): Promise<void>;
}

export interface ErasedResults {
  /** Deletes all that is stored of a job's result, in all versions. */
  erase(jobId: string): Promise<void>;
}
