import type { Collected } from '../../contract/execution.ts';
import type { Alert } from '../alert/alert.ts';
import type { Moment } from '../explain/explain.ts';
import type { Job } from '../job/job.ts';
import type { ShownManifest } from './manifest.ts';

/** What a page is made of. All of it may be shown: redacted, screened, and without what the rule takes out. */
export interface ReportSource {
  job: Job;
  collected: Collected;
  /** Undefined where its row is gone. */
  alert: Alert | undefined;
  /** In the order of time. */
  moments: Moment[];
  manifest: ShownManifest | undefined;
  patch: string | null;
  answer: string | null;
  /** When the page was made. */
  at: string;
}
