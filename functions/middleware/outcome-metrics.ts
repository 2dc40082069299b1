import type { Collected } from '../contract/execution.ts';
import type { Job } from '../domain/job/job.ts';
import { totalTokens } from '../domain/session/session-limits.ts';
import type { JobStore } from '../ports.ts';
import { addCount, isCountedBy } from './metrics.ts';

/**
 * The same store, which counts each end of a job by its outcome, once: of a job that was finished before, whoever did
 * so has counted it. Of what it took and cost nothing is counted where its job cannot be read.
 */
export const countingEnds = <Jobs extends Pick<JobStore, 'finish' | 'get'>>(jobs: Jobs): Jobs => ({
  ...jobs,
  async finish(...end: Parameters<JobStore['finish']>) {
    const isFirst = await jobs.finish(...end);
    if (!isFirst) return false;
    const [id, collected, at] = end;
    addCount({ outcome: collected.outcome }, 'SessionsEnded', 1);
    const job = await jobs.get(id).catch(() => undefined);
    if (job) measure(job, collected, at);
    return true;
  },
});

function measure({ createdAt, ruleId, input }: Job, { tokens, costUsd }: Collected, at: string): void {
  addCount({}, 'SessionMinutes', (Date.parse(at) - Date.parse(createdAt)) / 60_000);
  const by = [
    {},
    ...(isCountedBy('rule') ? [{ rule: ruleId }] : []),
    ...(isCountedBy('integration') ? [{ integration: input.session.integrationId }] : []),
  ];
  for (const of of by) {
    if (costUsd !== null) addCount(of, 'SessionCostUsd', costUsd);
    if (tokens !== null) addCount(of, 'SessionTokens', totalTokens(tokens));
  }
}
