import { z } from 'zod';
import { referenceText } from './references.ts';
import { everyDoor, resourcesIn, synthesizedTemplate } from './stack.ts';

const dimensionsSchema = z
  .array(z.object({ Name: z.string(), Value: z.unknown() }))
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, referenceText(Value)])));
const metricSchema = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema });
const alarmSchema = z.object({
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.string()),
  ComparisonOperator: z.literal('GreaterThanOrEqualToThreshold'),
  EvaluationPeriods: z.literal(1),
  TreatMissingData: z.literal('notBreaching'),
  Threshold: z.number(),
});
const querySchema = z.union([
  z.object({ Id: z.string(), Expression: z.string(), ReturnData: z.literal(true).optional() }),
  z.object({
    Id: z.string(),
    MetricStat: z.object({ Metric: metricSchema, Stat: z.string(), Period: z.literal(300) }),
    ReturnData: z.literal(false),
  }),
]);

export const alarmTopic = 'arn:aws:sns:eu-central-1:111122223333:on-call';

interface SynthesizedAlarm {
  name: string;
  description: string;
  actions: string[];
  threshold: number;
  /** `Sum` or `Maximum` of one series, or the sum of several. */
  statistic: string;
  series: z.infer<typeof metricSchema>[];
}

/** All alarms of a stack that has every door, by their names. */
export function synthesizedAlarms(): Map<string, SynthesizedAlarm> {
  const { ofType } = resourcesIn(synthesizedTemplate({ ...everyDoor, alarmTopicArn: alarmTopic }));
  return new Map(
    ofType('AWS::CloudWatch::Alarm').map(([logicalId, { Properties }]) => {
      const { AlarmDescription, AlarmActions, Threshold } = alarmSchema.parse(Properties);
      const name = logicalId.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, '');
      const said = { name, description: AlarmDescription, actions: AlarmActions, threshold: Threshold };
      return [name, { ...said, ...measuredBy(Properties) }];
    }),
  );
}

function measuredBy(properties: Record<string, unknown>): Pick<SynthesizedAlarm, 'statistic' | 'series'> {
  if (properties.Metrics === undefined) {
    const { Statistic } = z.object({ Statistic: z.string(), Period: z.literal(300) }).parse(properties);
    return { statistic: Statistic, series: [metricSchema.parse(properties)] };
  }
  const queries = z.array(querySchema).parse(properties.Metrics);
  const metrics = queries.flatMap((query) => ('MetricStat' in query ? [query] : []));
  const expressions = queries.flatMap((query) => ('Expression' in query ? [query.Expression] : []));
  const sum = `SUM([${metrics.map(({ Id }) => `FILL(${Id}, 0)`).join(', ')}])`;
  if (expressions.join() !== sum) throw new Error(`${expressions.join()} is not the sum of all its metrics`);
  const statistics = new Set(metrics.map(({ MetricStat }) => MetricStat.Stat));
  return { statistic: [...statistics].join(), series: metrics.map(({ MetricStat }) => MetricStat.Metric) };
}

const emfSchema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** Whether what these lines of a log count, all in one period, reaches the alarm's threshold. */
export function isFiredBy({ series, threshold }: SynthesizedAlarm, lines: string[]): boolean {
  const counts = lines.flatMap(countsOf);
  const wanted = new Set(series.map((each) => keyOf(each.Namespace, each.MetricName, each.Dimensions)));
  const sum = counts.filter(({ key }) => wanted.has(key)).reduce((total, { count }) => total + count, 0);
  return sum >= threshold;
}

function countsOf(line: string): { key: string; count: number }[] {
  const parsed = emfSchema.safeParse(JSON.parse(line));
  if (!parsed.success) return [];
  const values = parsed.data;
  return values._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(values[name])]));
      return Metrics.map(({ Name }) => ({
        key: keyOf(Namespace, Name, dimensions),
        count: z.number().parse(values[Name]),
      }));
    }),
  );
}

/** CloudWatch tells series by all their dimensions, whatever their order. */
const keyOf = (namespace: string, name: string, dimensions: Record<string, string>): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
