import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { LogLine } from './insights.ts';

/** What is read of a line of ours: to whom it belongs, and what it says. */
const saidSchema = z.looseObject({
  message: z.string(),
  level: z.string().default('INFO'),
  jobId: z.string().optional(),
  alertId: z.string().optional(),
  alertIds: z.array(z.string()).default([]),
  traceId: z.string().optional(),
});
type Said = z.output<typeof saidSchema>;

interface StoryLine extends LogLine {
  said: Said;
}

/** All ids under which one story stands in the logs. */
export interface StoryIds {
  jobs: string[];
  alerts: string[];
  traces: string[];
}

/** Lines that say something: metrics and Lambda's own reports name nobody. */
export const storyLines = (lines: LogLine[]): StoryLine[] =>
  lines.flatMap((line) => {
    const { success, data } = saidSchema.safeParse(parseJson(line.text));
    return success ? [{ ...line, said: data }] : [];
  });

/** What belongs together with an id, as the lines that name it have it. Of a job, no other job of its alert. */
export function idsOf(asked: string, lines: StoryLine[]): StoryIds {
  const named = lines.filter(({ said }) => names(said, asked));
  const each = (pick: (said: Said) => string | undefined) => [
    ...new Set(named.flatMap(({ said }) => pick(said) ?? [])),
  ];
  const traces = each(({ traceId }) => traceId);
  if (asked.startsWith('job_')) return { jobs: [asked], alerts: each(({ alertId }) => alertId), traces };
  const jobs = each(({ jobId }) => jobId);
  return { jobs, alerts: asked.startsWith('alr_') ? [asked] : each(({ alertId }) => alertId), traces };
}

const names = ({ jobId, alertId, alertIds, traceId }: Said, id: string): boolean =>
  [jobId, alertId, traceId, ...alertIds].includes(id);

/** A delivery may bring many alerts under one trace: those of others are left out. */
export function belongs({ jobId, alertId, alertIds, traceId }: Said, { jobs, alerts, traces }: StoryIds): boolean {
  if (jobId !== undefined) return jobs.includes(jobId);
  if (alertId !== undefined) return alerts.includes(alertId);
  return alertIds.some((id) => alerts.includes(id)) || (traceId !== undefined && traces.includes(traceId));
}

/** What the head of the story says, or each line would: the function's own circumstances. */
const leftOut = new Set([
  ...['message', 'level', 'timestamp', 'service', 'cold_start', 'function_arn', 'function_memory_size'],
  ...['function_name', 'function_request_id', 'xray_trace_id', 'sampling_rate', 'jobId', 'alertId', 'alertIds'],
  ...['traceId', 'executionArn', 'relayId', 'requestId'],
]);

/** One line for a person: when, where, what, and the fields that tell more. `nameOf`: of the function of a group. */
export function textOf({ at, group, said }: StoryLine, nameOf: (group: string) => string): string {
  const fields = Object.entries(said)
    .filter(([name]) => !leftOut.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const level = said.level === 'INFO' ? [] : [said.level];
  return [at, nameOf(group).padEnd(16), ...level, said.message, ...fields].join('  ').trimEnd();
}
