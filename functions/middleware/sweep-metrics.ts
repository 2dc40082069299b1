import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { sweptKinds } from '../domain/task/sweep.ts';
import type { SweepMetrics } from '../ports.ts';
import { metrics } from './metrics.ts';

/** What a sweep found, by kind; what it did not find costs no series. */
export const sweepMetrics: SweepMetrics = {
  publish(found) {
    for (const kind of sweptKinds.filter((each) => found[each] > 0)) {
      const single = metrics.singleMetric();
      single.addDimensions({ kind });
      single.addMetric('Swept', MetricUnit.Count, found[kind]);
    }
  },
};
