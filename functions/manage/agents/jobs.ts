import type { Job, JobProgress } from '../../domain/job.ts';
import type { Clock, ExecutionStopper, JobStore, ResultLinks } from '../../ports.ts';
import { stopOrSettle } from '../../route-alert/cancel-job.ts';
import { conflict } from '../change.ts';
import { expectedRows, type Page, type PageQuery, takePage } from '../page.ts';
import { notFound, type Refusal } from '../refusal.ts';

export interface JobDeps {
  jobs: Pick<JobStore, 'get' | 'getProgress' | 'listNewest' | 'settle'>;
  stopper: ExecutionStopper;
  links: ResultLinks;
  clock: Pick<Clock, 'now'>;
}

/** Long enough to click or to download, too short to pass on. */
const LINK_SECONDS = 300;

/** Links to what a session left behind, null where it left none; they open without a token until `expiresAt`. */
export interface JobResult {
  patch: string | null;
  answer: string | null;
  manifest: string;
  expiresAt: string;
}

export function listJobs<View>({ jobs }: JobDeps, query: PageQuery, view: (job: Job) => View): Promise<Page<View>> {
  const rows = jobs.listNewest({ before: query.cursor, expected: expectedRows(query) });
  return takePage(rows, query, view);
}

export async function getJob({ jobs }: JobDeps, id: string): Promise<Job | Refusal> {
  return (await jobs.get(id)) ?? notFound('agent job');
}

export async function getJobStatus(
  { jobs }: JobDeps,
  id: string,
): Promise<{ job: Job; progress: JobProgress | undefined } | Refusal> {
  const [job, progress] = await Promise.all([jobs.get(id), jobs.getProgress(id)]);
  return job ? { job, progress } : notFound('agent job');
}

/** Fresh links at each call: whoever holds one has what it leads to. */
export async function getJobResult({ jobs, links, clock }: JobDeps, id: string): Promise<JobResult | Refusal> {
  const job = await jobs.get(id);
  if (!job) return notFound('agent job');
  if (!job.collected)
    return conflict('The session has not ended yet. Its result is there once the job has an outcome.');
  const { result } = job.collected;
  if (!result) return notFound('result: the session ended before there was anything to collect');
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

/**
 * Stops the job's execution. What it leaves behind, `execution-stopped` ends a moment later: the OpenCode session is aborted,
 * and the outcome is `cancelled`. A job that never started is cancelled at once; one that has ended stays as it is.
 */
export async function cancelJob(deps: JobDeps, id: string, caller: string): Promise<Job | Refusal> {
  const job = await deps.jobs.get(id);
  if (!job) return notFound('agent job');
  if (job.settledAt !== undefined) return job;
  await stopOrSettle(deps, job, `Cancelled by ${caller} through the API.`);
  return (await deps.jobs.get(id)) ?? job;
}
