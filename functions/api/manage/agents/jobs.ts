import type { Collected } from '../../../contract/execution.ts';
import { stopOrCancel } from '../../../decisions/cancel-job.ts';
import { jobIdOf } from '../../../domain/job/job-id.ts';
import type { Storm } from '../../../domain/storm/storm.ts';
import type { Clock, ExecutionStopper, JobStore, ResultLinks } from '../../../ports.ts';
import { conflict } from '../change.ts';
import { expectedRows, type Page, type PageOf, takePage } from '../page.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';
import { type AnyJob, type AnyJobDeps, type AtWork, getAnyJob, isStorm, newestJobs, sessionOf } from './any-job.ts';
import { isOpen } from './storm-view.ts';

export interface JobDeps extends AnyJobDeps {
  jobs: AnyJobDeps['jobs'] & Pick<JobStore, 'finish'>;
  stopper: ExecutionStopper;
  stormStopper: ExecutionStopper;
  links: ResultLinks;
  clock: Pick<Clock, 'now'>;
}

/** Long enough to click or to download, too short to pass on. */
export const LINK_SECONDS = 300;

/** Links to what a session left behind, null where it left none; they open without a token until `expiresAt`. */
interface JobResult {
  patch: string | null;
  answer: string | null;
  manifest: string;
  expiresAt: string;
}

export function listJobs<View>(deps: JobDeps, query: PageOf, view: (job: AnyJob) => View): Promise<Page<View>> {
  const rows = newestJobs(deps, { before: query.cursor, expected: expectedRows(query) });
  return takePage(rows, query, view);
}

export async function getJob(deps: JobDeps, id: string): Promise<AnyJob | ApiRefusal> {
  return (await getAnyJob(deps, id)) ?? notFound('agent job');
}

export type JobStatus = AtWork | { storm: Storm; session: AtWork | undefined };

export async function getJobStatus(deps: JobDeps, id: string): Promise<JobStatus | ApiRefusal> {
  const job = await getAnyJob(deps, id);
  const session = job && (await sessionOf(deps, job));
  if (job && isStorm(job)) return { storm: job, session };
  return session ?? notFound('agent job');
}

/** Fresh links at each call: whoever holds one has what it leads to. That of a storm is its session's. */
export async function getJobResult(deps: JobDeps, id: string): Promise<JobResult | ApiRefusal> {
  const { links, clock } = deps;
  const ended = await endedSession(deps, id, 'result');
  if ('status' in ended) return ended;
  const { result } = ended.collected;
  if (!result) return notFound('result: the session ended before there was anything to collect, or it was erased');
  const linkTo = (key: string) => links.link(key, LINK_SECONDS);
  // Before the links are made: they live at least as long.
  const expiresAt = new Date(clock.now().getTime() + LINK_SECONDS * 1_000).toISOString();
  return {
    patch: result.patch === null ? null : await linkTo(result.patch),
    answer: result.answer === null ? null : await linkTo(result.answer),
    manifest: await linkTo(result.manifest),
    expiresAt,
  };
}

/** What the session of a job, or of a storm, has come to. `what` is asked of it. */
export async function endedSession(
  deps: AnyJobDeps,
  id: string,
  what: string,
): Promise<{ jobId: string; collected: Collected } | ApiRefusal> {
  const job = await getAnyJob(deps, id);
  if (!job) return notFound('agent job');
  const session = (await sessionOf(deps, job))?.job;
  if (!session && isStorm(job) && !isOpen(job)) return notFound(`${what}: the storm ended without a session`);
  if (!session?.collected)
    return conflict(`The session has not ended yet. Its ${what} is there once the job has an outcome.`);
  return { jobId: session.id, collected: session.collected };
}

/**
 * Stops the job's execution. What it leaves behind, `session-stopped` ends a moment later: the OpenCode session is
 * aborted, and the outcome is `cancelled`. A job that never started is cancelled at once; one that has ended stays as
 * it is.
 */
export async function cancelJob(deps: JobDeps, id: string, caller: string): Promise<AnyJob | ApiRefusal> {
  const job = await getAnyJob(deps, id);
  if (!job) return notFound('agent job');
  const cause = `Cancelled by ${caller} through the API.`;
  if (isStorm(job)) await cancelStorm(deps, job, cause);
  else if (job.finishedAt === undefined) await stopOrCancel(deps, job, cause);
  return (await getAnyJob(deps, id)) ?? job;
}

/** One that holds alerts still is stopped, which `storm-stopped` ends; of one that has its session, the session. */
async function cancelStorm(deps: JobDeps, storm: Storm, cause: string): Promise<void> {
  if (isOpen(storm)) {
    await deps.stormStopper.stop(storm.id, cause);
    return;
  }
  // A job that worked on the cause before the storm is not the storm's to stop.
  const own = storm.jobId === jobIdOf(storm.id, storm.ruleId) ? await deps.jobs.get(storm.jobId) : undefined;
  if (own && own.finishedAt === undefined) await stopOrCancel(deps, own, cause);
}
