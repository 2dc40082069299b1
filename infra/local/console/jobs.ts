import { z } from 'zod';
import { ApiFailure, type ManagementApi } from '../../commands/api.ts';
import type { Names } from './names.ts';
import type { JobRow, SessionSummary, StormRow } from './views.ts';

const text = z.string().nullable();
const common = { id: z.string(), status: z.string(), createdAt: z.string(), alertId: z.string(), relayId: z.string() };
const resultSchema = z.object({
  patch: z.string().nullish(),
  files: z.number(),
  additions: z.number(),
  deletions: z.number(),
});
const sessionSchema = z.object({
  ...common,
  jobType: z.literal('poll_agent_status'),
  jobData: z.object({
    ruleName: z.string(),
    outcome: text,
    cause: text,
    costUsd: z.number().nullable(),
    sessionUrl: text,
    result: resultSchema.nullable(),
  }),
});
const stormSchema = z.object({
  ...common,
  jobType: z.literal('triage_alert_storm'),
  jobData: z.object({
    phase: z.string(),
    ruleName: z.string(),
    detectedAt: text,
    endedAt: text,
    held: z.number().nullable(),
    investigated: z.array(z.string()),
    reason: text,
    rootCause: z.object({ sentence: z.string() }).nullable(),
    sessionJobId: text,
  }),
});
export const jobSchema = z.discriminatedUnion('jobType', [sessionSchema, stormSchema]);
type AnyJob = z.infer<typeof jobSchema>;
const jobAnswer = z.object({ job: jobSchema });

export const jobRowOf = (job: AnyJob): JobRow => ({
  id: job.id,
  kind: job.jobType === 'poll_agent_status' ? 'session' : 'storm',
  status: job.jobType === 'poll_agent_status' ? job.status : job.jobData.phase,
  ruleName: job.jobData.ruleName,
  createdAt: job.createdAt,
  outcome: job.jobType === 'poll_agent_status' ? job.jobData.outcome : null,
  cause: job.jobType === 'poll_agent_status' ? job.jobData.cause : job.jobData.reason,
});

/** Undefined where the API knows no such job: an execution that somebody started by hand. */
async function readJob(api: ManagementApi, id: string): Promise<AnyJob | undefined> {
  try {
    return (await api.ask('GET', `/agents/jobs/${encodeURIComponent(id)}`, jobAnswer)).job;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}

/** What a session has come to so far; null where there is no such job. */
export async function sessionSummary(api: ManagementApi, id: string): Promise<SessionSummary | null> {
  const job = await readJob(api, id);
  if (job?.jobType !== 'poll_agent_status') return null;
  const { outcome, cause, costUsd, sessionUrl, result } = job.jobData;
  const patch = result?.patch ? { ...result } : null;
  return {
    ...{ id, outcome, cause, costUsd, sessionUrl },
    patch: patch && { files: patch.files, additions: patch.additions, deletions: patch.deletions },
    hasResult: result !== null,
  };
}

/** The row of a storm, by the name of its execution; null where there is no such storm any more. */
export async function stormRow(api: ManagementApi, id: string, names: Names): Promise<StormRow | null> {
  const job = await readJob(api, id);
  if (job?.jobType !== 'triage_alert_storm') return null;
  const { phase, ruleName, detectedAt, endedAt, held, investigated, reason, rootCause, sessionJobId } = job.jobData;
  return {
    ...{ id, phase, ruleName, detectedAt, endedAt, held, reason, sessionJobId },
    relayName: names.relays.get(job.relayId) ?? job.relayId,
    createdAt: job.createdAt,
    firstAlertId: job.alertId,
    investigated: investigated.length,
    rootCause: rootCause?.sentence ?? null,
  };
}
