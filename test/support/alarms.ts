import { vi } from 'vitest';
import { z } from 'zod';
import { environment } from '../../functions/contract/environment.ts';
import type { SynthesizedAlarm } from './alarm-firing.ts';
import { loadAnew } from './load-anew.ts';
import { referenceText } from './references.ts';
import { everyDoor, resourcesIn, synthesizedTemplate } from './stack.ts';

const dimensionsSchema = z
  .array(z.object({ Name: z.string(), Value: z.unknown() }))
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, referenceText(Value)])));
const metricSchema = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema });
const alarmSchema = z
  .object({
    AlarmName: z.string(),
    AlarmDescription: z.unknown().transform(referenceText),
    AlarmActions: z.array(z.unknown().transform(referenceText)),
    ComparisonOperator: z.enum(['GreaterThanOrEqualToThreshold', 'LessThanThreshold']),
    EvaluationPeriods: z.int().max(3),
    TreatMissingData: z.enum(['notBreaching', 'breaching']),
    Threshold: z.number(),
  })
  .refine(
    ({ ComparisonOperator, TreatMissingData }) =>
      (ComparisonOperator === 'LessThanThreshold') === (TreatMissingData === 'breaching'),
    'what has to be there breaches where it is missing, and nothing else does',
  );
const periodSchema = z.union([z.literal(300), z.literal(900)]);
const querySchema = z.union([
  z.object({
    Id: z.string(),
    Expression: z.string(),
    Label: z.string().optional(),
    ReturnData: z.literal(true).optional(),
  }),
  z.object({
    Id: z.string(),
    MetricStat: z.object({ Metric: metricSchema, Stat: z.string(), Period: periodSchema }),
    ReturnData: z.literal(false),
  }),
]);

export const alarmTopic = 'arn:aws:sns:eu-central-1:111122223333:on-call';

/** All alarms of a stack that has every door, by their names. */
export function synthesizedAlarms(): Map<string, SynthesizedAlarm> {
  const { ofType } = resourcesIn(synthesizedTemplate({ ...everyDoor, alarmTopicArn: alarmTopic }));
  return new Map(
    ofType('AWS::CloudWatch::Alarm').map(([logicalId, { Properties }]) => {
      const { AlarmName, AlarmDescription, AlarmActions, ...rest } = alarmSchema.parse(Properties);
      const name = logicalId.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, '');
      if (AlarmName !== `OpencodeRelay-${name}`) throw new Error(`${name} is named ${AlarmName}`);
      const absence = rest.ComparisonOperator === 'LessThanThreshold';
      const said = {
        ...{ name, description: AlarmDescription, actions: AlarmActions },
        ...{ threshold: rest.Threshold, absence, periods: rest.EvaluationPeriods },
      };
      return [name, { ...said, ...measuredBy(Properties) }];
    }),
  );
}

function measuredBy(
  properties: Record<string, unknown>,
): Pick<SynthesizedAlarm, 'statistic' | 'series' | 'factor' | 'minutes'> {
  if (properties.Metrics === undefined) {
    const { Statistic, Period } = z.object({ Statistic: z.string(), Period: periodSchema }).parse(properties);
    return { statistic: Statistic, series: [metricSchema.parse(properties)], factor: 1, minutes: Period / 60 };
  }
  const queries = z.array(querySchema).parse(properties.Metrics);
  const metrics = queries.flatMap((query) => ('MetricStat' in query ? [query] : []));
  const expressions = queries.flatMap((query) => ('Expression' in query ? [query.Expression] : []));
  const text = expressions.join();
  const sum = `SUM([${metrics.map(({ Id }) => `FILL(${Id}, 0)`).join(', ')}])`;
  const [, price] = /^FILL\(m0, 0\) \* (0\.\d+)$/.exec(text) ?? [];
  if (text !== sum && (price === undefined || metrics.length > 1)) throw new Error(`${text} is no sum of its metrics`);
  const [statistic, ...others] = new Set(metrics.map(({ MetricStat }) => MetricStat.Stat));
  const [period, ...periods] = new Set(metrics.map(({ MetricStat }) => MetricStat.Period));
  if (statistic === undefined || period === undefined || others.length + periods.length > 0) {
    throw new Error(`${text} is of metrics that do not fit together`);
  }
  const series = metrics.map(({ MetricStat }) => MetricStat.Metric);
  return { statistic, series, factor: Number(price ?? 1), minutes: period / 60 };
}

/**
 * What functions write from now on, as a function of the stack whose modules are loaded after this. Vitest puts back
 * what is stubbed after each file, and mocks after each test with `vi.restoreAllMocks()`.
 */
export function capturedLines(): string[] {
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  }
  vi.stubEnv(environment.stackName, 'OpencodeRelay');
  loadAnew();
  return lines;
}
