import type { Alert } from '../domain/alert/alert.ts';
import type { Job } from '../domain/job/job.ts';
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
