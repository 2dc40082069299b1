import type { Json, JsonObject } from './json.ts';
import { at, given, listOf, objectOf, textOf, textsOf } from './path.ts';

export interface AlarmPlace {
  arn: string;
  partition: string;
  region: string;
  account: string;
  name: string;
}

/** The alarm in the console, for the partition whose console has this address. */
export function alarmLinks({ partition, region, name }: AlarmPlace): Record<string, string> {
  if (partition !== 'aws' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return {};
  const alarm = encodeURIComponent(name.toWellFormed());
  return {
    alarm: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${alarm}`,
  };
}

/** What an alarm looks at: the dimensions of its metrics, and the rest for people. */
type AlarmMetrics = JsonObject & { dimensions: Record<string, string> };

/** Of `detail.configuration.metrics` in an event. */
export function metricsOfEvent(metrics: Json[]): AlarmMetrics {
  const dimensions = metrics.map((metric) => textsOf(at(metric, 'metricStat.metric.dimensions')));
  return { dimensions: merged(dimensions), ...(metrics.length > 0 && { metrics }) };
}

/** Of `Trigger` in a notification: one metric in fields of its own, or a list of `Metrics`. */
export function metricsOfTrigger(trigger: JsonObject): AlarmMetrics {
  const ofList = listOf(trigger.Metrics).map((metric) => at(metric, 'MetricStat.Metric.Dimensions'));
  const dimensions = [trigger.Dimensions, ...ofList].map(dimensionsOf);
  return {
    dimensions: merged(dimensions),
    ...given('metric', textOf(trigger.MetricName)),
    ...given('namespace', textOf(trigger.Namespace)),
    ...(Object.keys(trigger).length > 0 && { trigger }),
  };
}

const dimensionsOf = (list: Json | undefined): Record<string, string> =>
  Object.fromEntries(
    listOf(list).flatMap((dimension): [string, string][] => {
      const { name, value } = objectOf(dimension);
      const [key, text] = [textOf(name), textOf(value)];
      return key === undefined || text === undefined || key === '__proto__' ? [] : [[key, text]];
    }),
  );

const merged = (all: Record<string, string>[]): Record<string, string> => Object.assign({}, ...all);
