import type { Alert } from '../alert/alert.ts';
import type { Job } from '../job/job.ts';
import type { Storm } from '../storm/storm.ts';
import type { Decision } from './decision.ts';

/** Why an alert is not over. */
export type Hold = 'not_resolved' | 'not_routed' | 'waiting' | 'session_at_work';

interface WorkOnAlert {
  decisions: Decision[];
  /** Those that the decisions name; one that is gone holds nothing. */
  storms: Storm[];
  jobs: Job[];
}

/** What keeps an alert open; undefined: it is resolved, nothing waits and no session is at work. */
export function holdOf(
  { resolvedAt, routedAt }: Pick<Alert, 'resolvedAt' | 'routedAt'>,
  { decisions, storms, jobs }: WorkOnAlert,
): Hold | undefined {
  if (resolvedAt === undefined) return 'not_resolved';
  if (routedAt === undefined) return 'not_routed';
  const open = new Set(storms.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => id));
  if (decisions.some((decision) => isWaiting(decision, open))) return 'waiting';
  return jobs.some(({ finishedAt }) => finishedAt === undefined) ? 'session_at_work' : undefined;
}

function isWaiting({ reason, followedBy, stormId }: Decision, openStorms: ReadonlySet<string>): boolean {
  if (followedBy !== undefined) return false;
  if (reason === 'paused' || reason === 'scheduled') return true;
  return reason === 'storm_held' && stormId !== undefined && openStorms.has(stormId);
}
