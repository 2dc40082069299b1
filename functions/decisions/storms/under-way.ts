import { shownTitle } from '../../domain/alert/shown-title.ts';
import { normalisedTitle } from '../../domain/alert/title.ts';
import { isUnstarted, type Job } from '../../domain/job/job.ts';
import type { StormMember } from '../../domain/storm/storm.ts';
import type { JobStore, WindowStore } from '../../ports.ts';
import { attemptsAt } from '../retries.ts';

export interface UnderWayDeps {
  windows: Pick<WindowStore, 'read'>;
  jobs: Pick<JobStore, 'get'>;
}

/**
 * `same`: the running job whose alert has the title that all of these have, as titles are compared. `unstarted`: made
 * for alerts that are held themselves by now.
 */
interface UnderWay {
  jobs: Job[];
  unstarted: Job[];
  same: Job | undefined;
}

/** The sessions that the rule has started beside the storm. One that is yet to start may come to nothing. */
export async function underWayOf(
  { windows, jobs }: UnderWayDeps,
  ruleId: string,
  alerts: Pick<StormMember, 'id' | 'title' | 'heldCount'>[],
): Promise<UnderWay> {
  const { window } = await windows.read(ruleId);
  const attempts = await Promise.all(window.investigated.map((alertId) => attemptsAt(jobs, alertId, ruleId)));
  const made = attempts.flatMap((each) => each.slice(-1));
  // Others, whose router was interrupted before it recorded their decision, are decided anew and may start.
  const held = new Set(alerts.filter(({ heldCount = 0 }) => heldCount > 0).map(({ id }) => id));
  const isHeld = (job: Job) => isUnstarted(job) && held.has(job.alertId);
  const unstarted = made.filter(isHeld);
  const started = made.filter((job) => !isHeld(job));
  const [title, ...others] = new Set(alerts.map((alert) => normalisedTitle(alert.title)));
  // A job has the title as it is shown: where something is redacted in it, nobody knows whether it is the same.
  const isWhole = alerts.every((alert) => normalisedTitle(shownTitle(alert.title)) === title);
  const isSame = (job: Job) =>
    job.executionArn !== undefined && job.finishedAt === undefined && normalisedTitle(job.input.alert.title) === title;
  return { jobs: started, unstarted, same: others.length > 0 || !isWhole ? undefined : started.find(isSame) };
}
