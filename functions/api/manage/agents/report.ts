import { reportKeyOf } from '../../../contract/report.ts';
import type { Clock, ReportMaker, ResultLinks } from '../../../ports.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';
import type { AnyJobDeps } from './any-job.ts';
import { endedSession, LINK_SECONDS } from './jobs.ts';

export interface ReportDeps extends AnyJobDeps {
  reportMaker: ReportMaker;
  links: ResultLinks;
  clock: Pick<Clock, 'now'>;
}

/** Opens the page without a token until `expiresAt`. */
interface ReportLink {
  url: string;
  expiresAt: string;
}

/** A fresh link at each call. A page that is not there yet is made now. That of a storm is its session's. */
export async function getJobReport(deps: ReportDeps, id: string): Promise<ReportLink | ApiRefusal> {
  const ended = await endedSession(deps, id, 'report');
  if ('status' in ended) return ended;
  const { jobId } = ended;
  const made = await deps.reportMaker.make(jobId);
  if (made === 'erased' || made === 'unknown_job') return notFound('report: the session was erased');
  const expiresAt = new Date(deps.clock.now().getTime() + LINK_SECONDS * 1_000).toISOString();
  return { url: await deps.links.link(reportKeyOf(jobId), LINK_SECONDS), expiresAt };
}
