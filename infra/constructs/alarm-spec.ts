import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace, metricService } from '../../functions/contract/metrics.ts';

export interface AlarmSpec {
  name: string;
  /**
   * `wake`: alerts do not come in or are lost, or something is at work that nobody holds. `tomorrow`: what was left
   * undone is tried again, or costs a session.
   */
  severity: 'wake' | 'tomorrow';
  /** A sentence without its end. */
  meaning: string;
  metric: IMetric;
  /** From which sum, or maximum, of a period on. */
  threshold: number;
  /** So many periods in a row have to reach it. Else one. */
  periods?: number;
  /** It fires below the threshold, and where nothing was counted: what has to be there is not. */
  absence?: boolean;
  /** Heading in the runbook, where it is not the name. */
  section?: string;
}

/** Of what alarms look at, where nothing else is said. */
export const PERIOD = Duration.minutes(5);

/** What the functions count, in the embedded metric format. */
export const counted = (
  stack: string,
  metricName: string,
  dimensions: Record<string, string> = {},
  options: { statistic?: string; period?: Duration } = {},
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { ...dimensions, service: metricService, stack },
    statistic: Stats.SUM,
    period: PERIOD,
    ...options,
  });

/** AWS's limit for an alarm. */
const METRICS = 10;

/** Over all of them; what has counted nothing is zero. */
export function sumOf(metrics: Metric[]): MathExpression {
  if (metrics.length > METRICS) throw new Error(`An alarm takes ${METRICS} metrics at most, not ${metrics.length}`);
  const ids = metrics.map((_, index) => `m${index}`);
  return new MathExpression({
    expression: `SUM([${ids.map((id) => `FILL(${id}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(ids.map((id, index) => [id, metrics[index]])) as Record<string, Metric>,
    period: PERIOD,
  });
}
