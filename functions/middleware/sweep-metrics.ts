import { sweptKinds } from '../contract/metrics.ts';
import type { SweepMetrics } from '../ports.ts';
import { addCount } from './metrics.ts';

/** What a sweep found, by kind; what it did not find costs no series. */
export const sweepMetrics: SweepMetrics = {
  publish(found) {
    for (const kind of sweptKinds.filter((each) => found[each] > 0)) addCount({ kind }, 'Swept', found[kind]);
  },
};
