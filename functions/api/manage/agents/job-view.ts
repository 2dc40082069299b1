import * as z from 'zod';
import { appliedEntrySchema } from '../../../contract/catalogue.ts';
import { collectedSchema, executionInputSchema } from '../../../contract/execution.ts';
import { isGreen } from '../../../contract/outcomes.ts';
import type { Job } from '../../../domain/job/job.ts';

/** An agent job as the SDK has it: an execution is its run, a rule its step. The prompt is left out, it is long. */
export const jobView = (job: Job) => ({
  id: job.id,
  executionId: job.executionArn ?? job.id,
  stepId: job.ruleId,
  scheduledAt: job.createdAt,
  processedAt: job.finishedAt ?? null,
  status: statusOf(job),
  jobType: 'poll_agent_status' as const,
  jobData: dataOf(job),
  createdAt: job.createdAt,
  alertId: job.alertId,
  relayId: job.relayId,
});

function statusOf({ collected, startedAt }: Job): 'pending' | 'processing' | 'completed' | 'failed' {
  if (collected) return isGreen(collected.outcome) ? 'completed' : 'failed';
  return startedAt === undefined ? 'pending' : 'processing';
}

function dataOf({ input, collected, session, startedAt, promptedAt }: Job) {
  const { rule, poll } = input;
  return {
    ruleId: rule.id,
    ruleName: rule.name,
    ruleVersion: rule.version,
    integrationId: input.session.integrationId,
    endpoint: input.session.endpoint,
    model: input.session.model,
    directory: input.session.directory,
    /** Where the rule asks the catalogue: entry and version, and what the entry says beside; else null. */
    catalogue: input.catalogue ?? null,
    pollIntervalMs: poll.intervalMs,
    maxPollIntervalMs: poll.maxWaitSeconds === undefined ? null : poll.maxWaitSeconds * 1_000,
    maxPollAttempts: poll.maxAttempts,
    startedAt: startedAt ?? null,
    promptedAt: promptedAt ?? null,
    sessionId: session?.id ?? collected?.session?.id ?? null,
    sessionUrl: session?.url ?? collected?.session?.url ?? null,
    outcome: collected?.outcome ?? null,
    cause: collected?.cause ?? null,
    polls: collected?.polls ?? null,
    tokens: collected?.tokens ?? null,
    /** US dollars. */
    costUsd: collected?.costUsd ?? null,
    /** Where the patch, the answer and the manifest lie in the bucket, and how large the change is. */
    result: collected?.result ?? null,
    /** What the rule's checks said of the patch; null where it has none. */
    checks: collected?.checks ?? null,
    /** What the agent says of its own work; null where it was not asked, or said nothing that fits. */
    agentVerdict: collected?.agentVerdict ?? null,
  };
}

const text = z.string().nullable();
const { shape } = collectedSchema;

export const jobViewSchema = z.strictObject({
  id: z.string(),
  executionId: z.string(),
  stepId: z.string(),
  scheduledAt: z.string(),
  processedAt: text,
  status: z.enum(['pending', 'processing', 'completed', 'failed']),
  jobType: z.literal('poll_agent_status'),
  jobData: z.strictObject({
    ruleId: z.string(),
    ruleName: z.string(),
    ruleVersion: z.int(),
    integrationId: z.string(),
    endpoint: z.string(),
    model: executionInputSchema.shape.session.shape.model,
    directory: executionInputSchema.shape.session.shape.directory,
    catalogue: appliedEntrySchema.nullable(),
    pollIntervalMs: z.int(),
    /** Up to which the wait grows; null: it does not. */
    maxPollIntervalMs: z.int().nullable(),
    maxPollAttempts: z.int(),
    startedAt: text,
    promptedAt: text,
    sessionId: text,
    sessionUrl: text,
    outcome: shape.outcome.nullable(),
    cause: text,
    polls: shape.polls.nullable(),
    tokens: shape.tokens,
    costUsd: shape.costUsd,
    result: shape.result,
    checks: shape.checks.unwrap(),
    agentVerdict: shape.agentVerdict.unwrap(),
  }),
  createdAt: z.string(),
  alertId: z.string(),
  relayId: z.string(),
});
