import * as z from 'zod';
import { collectedSchema, resultSchema } from '../../../contract/execution.ts';
import { executionPage } from '../../../domain/job/console-link.ts';
import type { Job, JobProgress } from '../../../domain/job/job.ts';
import { jobView, jobViewSchema } from './job-view.ts';

/** How far a job is, or how it ended. The contract leaves this object free; the CLI prints its fields as they are. */
export function jobStatusView({ job, progress }: { job: Job; progress: JobProgress | undefined }) {
  const { status, jobData } = jobView(job);
  const { collected, executionArn, input, startedAt, finishedAt } = job;
  const attempt = collected?.polls ?? progress?.attempt ?? 0;
  return {
    status,
    /** `attempt 3 of 120`, counted in polls. */
    progress: `attempt ${attempt} of ${input.poll.maxAttempts}`,
    attempt,
    maxAttempts: input.poll.maxAttempts,
    activity: collected ? null : (progress?.activity ?? null),
    lastPollAt: progress?.at ?? null,
    startedAt: startedAt ?? null,
    endedAt: finishedAt ?? null,
    executionArn: executionArn ?? null,
    executionUrl: executionArn === undefined ? null : executionPage(executionArn),
    sessionId: jobData.sessionId,
    sessionUrl: jobData.sessionUrl,
    outcome: jobData.outcome,
    cause: jobData.cause,
    tokens: jobData.tokens,
    costUsd: jobData.costUsd,
    patch: patchOf(job),
  };
}

function patchOf({ collected }: Job) {
  if (!collected?.result?.patch) return null;
  const { files, additions, deletions, baseCommit, patchSha256 } = collected.result;
  return { files, additions, deletions, baseCommit, sha256: patchSha256 };
}

const text = z.string().nullable();
const { shape } = collectedSchema;
const { files, additions, deletions, baseCommit, patchSha256 } = resultSchema.shape;

export const jobStatusSchema = z.strictObject({
  status: jobViewSchema.shape.status,
  progress: z.string(),
  /** The poll that looked last; 0 before the first. */
  attempt: z.int(),
  maxAttempts: z.int(),
  /** What the agent was doing then, in a few words. */
  activity: text,
  lastPollAt: text,
  startedAt: text,
  endedAt: text,
  executionArn: text,
  /** The execution in the Step Functions console. */
  executionUrl: text,
  sessionId: text,
  sessionUrl: text,
  outcome: shape.outcome.nullable(),
  cause: text,
  tokens: shape.tokens,
  /** US dollars. */
  costUsd: shape.costUsd,
  patch: z.strictObject({ files, additions, deletions, baseCommit, sha256: patchSha256 }).nullable(),
});
