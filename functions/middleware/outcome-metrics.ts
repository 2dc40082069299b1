import type { JobStore } from '../ports.ts';
import { addCount } from './metrics.ts';

/**
 * The same store, which counts each end of a job by its outcome, once: of a job that was finished before, whoever did
 * so has counted it.
 */
export const countingEnds = <Jobs extends Pick<JobStore, 'finish'>>(jobs: Jobs): Jobs => ({
  ...jobs,
  async finish(...end: Parameters<JobStore['finish']>) {
    const isFirst = await jobs.finish(...end);
    const [, { outcome }] = end;
    if (isFirst) addCount({ outcome }, 'SessionsEnded', 1);
    return isFirst;
  },
});
