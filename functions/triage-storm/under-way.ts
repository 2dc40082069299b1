import type { Job } from '../domain/job.ts';
import { jobIdOf } from '../domain/job-id.ts';
import { normalisedTitle } from '../domain/title.ts';
import type { JobStore, WindowStore } from '../ports.ts';

export interface UnderWayDeps {
  windows: Pick<WindowStore, 'read'>;
  jobs: Pick<JobStore, 'get' | 'list'>;
}

/** `same`: the running job whose alert has the title that all of these have, as titles are compared. */
export interface UnderWay {
  jobs: Job[];
  same: Job | undefined;
}

/** The sessions that the rule has started beside the storm. */
export async function underWayOf(
  { windows, jobs }: UnderWayDeps,
  ruleId: string,
  alerts: { title: string }[],
): Promise<UnderWay> {
  const { window } = await windows.read(ruleId);
  const started = await jobs.list(window.investigated.map((alertId) => jobIdOf(alertId, ruleId)));
  const [title, ...others] = new Set(alerts.map((alert) => normalisedTitle(alert.title)));
  const isSame = (job: Job) => job.settledAt === undefined && normalisedTitle(job.input.alert.title) === title;
  return { jobs: started, same: others.length > 0 ? undefined : started.find(isSame) };
}
