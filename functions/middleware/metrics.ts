import { environment } from '../contract/environment.ts';
import { type MetricDimension, metricNamespace, metricService, type OpenGuard } from '../contract/metrics.ts';

/** Of every count: two stacks of an account are counted apart. */
const stack = process.env[environment.stackName];
const shared = { service: metricService, ...(stack !== undefined && { stack }) };

const byIds = new Set((process.env[environment.metricDimensions] ?? '').split(','));

/** Whether the stack is configured to count apart by these ids. */
export const isCountedBy = (dimension: MetricDimension): boolean => byIds.has(dimension);

/**
 * Writes one count, or one measure, at once, as a line of the log in CloudWatch's embedded metric format. Dimensions
 * are codes and the stack, and ids where that is configured.
 */
export function addCount(dimensions: Record<string, string>, name: string, count: number): void {
  const all = { ...shared, ...dimensions };
  const metric = {
    Namespace: metricNamespace,
    Dimensions: [Object.keys(all)],
    Metrics: [{ Name: name, Unit: 'Count' }],
  };
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [metric] }, ...all, [name]: count };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export const countFailedOpen = (guard: OpenGuard): void => addCount({ guard }, 'FailedOpen', 1);
