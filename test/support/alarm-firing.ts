import { z } from 'zod';

const series = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.record(z.string(), z.string()),
});

export const synthesizedAlarmSchema = z.object({
  name: z.string(),
  description: z.string(),
  actions: z.array(z.string()),
  threshold: z.number(),
  /** It fires below its threshold, and where there is nothing at all. */
  absence: z.boolean(),
  /** `Sum` or `Maximum` of one series, or the sum of several. */
  statistic: z.string(),
  series: z.array(series),
  /** Of what they come to: 1, or the price of one. */
  factor: z.number(),
  /** How many in a row have to reach the threshold. */
  periods: z.int(),
  minutes: z.number(),
});
export type SynthesizedAlarm = z.infer<typeof synthesizedAlarmSchema>;

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

/** Whether what these lines of a log count, all in one period, has the alarm fire. */
export function isFiredBy(alarm: SynthesizedAlarm, lines: string[]): boolean {
  const { series, statistic } = alarm;
  const wanted = new Set(series.map((each) => keyOf(each.Namespace, each.MetricName, each.Dimensions)));
  const counts = lines.flatMap(countsOf).flatMap(({ key, count }) => (wanted.has(key) ? [count] : []));
  return isFiredAt(alarm, statistic === 'Maximum' ? Math.max(0, ...counts) : sumOf(counts));
}

/** Whether the alarm fires where its series come to so much in a period. */
export const isFiredAt = ({ threshold, absence, factor }: SynthesizedAlarm, value: number): boolean =>
  absence ? value < threshold : value * factor >= threshold;

const sumOf = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);

/** One count of a line, by its series. */
export interface Count {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  key: string;
  count: number;
}

/** What a line of a log counts; nothing of one that is none of the embedded metric format. */
export function countsOf(line: string): Count[] {
  const parsed = emfSchema.safeParse(JSON.parse(line));
  if (!parsed.success) return [];
  const values = parsed.data;
  return values._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(values[name])]));
      return Metrics.map(({ Name }) => ({
        namespace: Namespace,
        name: Name,
        dimensions,
        key: keyOf(Namespace, Name, dimensions),
        count: z.number().parse(values[Name]),
      }));
    }),
  );
}

/** CloudWatch tells series by all their dimensions, whatever their order. */
export const keyOf = (namespace: string, name: string, dimensions: Record<string, string>): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
