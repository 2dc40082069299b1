import type { Job, JobProgress } from '../../../domain/job/job.ts';
import type { Storm } from '../../../domain/storm/storm.ts';
import type { JobStore, ListPosition, StormStore } from '../../../ports.ts';

/** A job of the contract: a session, or a storm of a rule, which ends in one session for many alerts at most. */
export type AnyJob = Job | Storm;

export interface AnyJobDeps {
  jobs: Pick<JobStore, 'get' | 'getProgress' | 'listNewest'>;
  storms: Pick<StormStore, 'get' | 'listNewest'>;
}

export const isStorm = (job: AnyJob): job is Storm => 'phase' in job;

export const getAnyJob = ({ jobs, storms }: AnyJobDeps, id: string): Promise<AnyJob | undefined> =>
  id.startsWith('stm_') ? storms.get(id) : jobs.get(id);

/** Sessions and storms as one list, newest first. */
export async function* newestJobs(
  { jobs, storms }: AnyJobDeps,
  span: { before: ListPosition | undefined; expected: number },
): AsyncGenerator<AnyJob> {
  const lists: AsyncIterator<AnyJob>[] = [jobs, storms].map((store) => store.listNewest(span)[Symbol.asyncIterator]());
  const open = await Promise.all(lists.map(async (list) => ({ list, head: await list.next() })));
  while (true) {
    const [first, ...others] = open.filter(({ head }) => !head.done);
    if (!first) return;
    const newest = others.reduce((best, each) => (isNewer(each.head.value, best.head.value) ? each : best), first);
    yield newest.head.value;
    newest.head = await newest.list.next();
  }
}

const isNewer = (a: ListPosition, b: ListPosition): boolean =>
  a.createdAt === b.createdAt ? a.id > b.id : a.createdAt > b.createdAt;

export interface AtWork {
  job: Job;
  progress: JobProgress | undefined;
}

/** The session of a job with what its last poll saw: its own, or that of the storm. */
export async function sessionOf({ jobs }: AnyJobDeps, job: AnyJob): Promise<AtWork | undefined> {
  const id = isStorm(job) ? job.jobId : job.id;
  if (id === undefined) return undefined;
  const [session, progress] = await Promise.all([isStorm(job) ? jobs.get(id) : job, jobs.getProgress(id)]);
  return session && { job: session, progress };
}
