import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { environment } from '../contract/environment.ts';
import { metricNamespace, metricService } from '../contract/metrics.ts';

/** Two stacks of an account are counted apart. */
const stack = process.env[environment.stackName];

/** Counts, written to the log in the embedded metric format. Dimensions are codes and the stack, never ids. */
export const metrics = new Metrics({
  namespace: metricNamespace,
  serviceName: metricService,
  ...(stack !== undefined && { defaultDimensions: { stack } }),
});

/** Writes one count at once, on a line of its own. */
export function addCount(dimensions: Record<string, string>, name: string, count: number): void {
  const single = metrics.singleMetric();
  single.addDimensions(dimensions);
  single.addMetric(name, MetricUnit.Count, count);
}
