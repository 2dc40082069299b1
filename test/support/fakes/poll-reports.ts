import type { SessionLimit } from '../../../functions/contract/metrics.ts';
import type { Log, SessionMetrics } from '../../../functions/ports.ts';

/** What polls tell beside their results: limits that a session was near to, and guards that were gone on without. */
export function fakePollReports() {
  const near: SessionLimit[] = [];
  const open: string[] = [];
  const log: Log = { warn: (_, { guard = 'none' }) => open.push(guard) };
  const metrics: SessionMetrics = { nearLimit: (limit) => near.push(limit) };
  return { log, metrics, near, open };
}
