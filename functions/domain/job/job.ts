import * as z from 'zod';
import { checkResultSchema, turnSchema } from '../../contract/checks.ts';
import { collectedSchema, executionInputSchema, sessionRefSchema } from '../../contract/execution.ts';

const keptSchema = z.strictObject({
  /** Prompts that had followed the first. */
  round: z.number().int(),
  /** By which the run of the checks is known; nothing that an agent could guess. */
  checksId: z.string(),
  /** When it was stored; once its checks have begun, when that was. */
  at: z.string(),
  /** Why the worktree stays; null where it holds nothing that is not stored. */
  keptFor: z.string().nullable(),
  collected: collectedSchema,
  /** What its checks said, once the agent is told of those that failed. */
  checks: z.array(checkResultSchema).optional(),
});
export type Kept = z.infer<typeof keptSchema>;

const followUpSchema = turnSchema.extend({ prompt: z.string() });
export type FollowUp = z.infer<typeof followUpSchema>;

export const jobSchema = z.strictObject({
  /** Derived from alert and rule: starting the same work twice is one job, one execution. */
  id: z.string(),
  alertId: z.string(),
  relayId: z.string(),
  ruleId: z.string(),
  /** The delivery whose routing made the job. */
  deliveryId: z.string(),
  input: executionInputSchema,
  /** The text the model is given, kept here because an execution carries its digest only. */
  prompt: z.string(),
  /** Patterns of what the rule takes out of its alerts, for what others say in the session; absent: none. */
  redact: z.array(z.string()).optional(),
  createdAt: z.string(),
  /** Set once Step Functions has taken the start. */
  executionArn: z.string().optional(),
  startedAt: z.string().optional(),
  session: sessionRefSchema.optional(),
  /** Set before the prompt leaves: from then on a session may be at work. */
  promptedAt: z.string().optional(),
  /** What was collected before checks began; their end completes it. One of an earlier round is out of date. */
  kept: keptSchema.optional(),
  /** The prompt that followed last. */
  followUp: followUpSchema.optional(),
  collected: collectedSchema.optional(),
  finishedAt: z.string().optional(),
  /** When it was finished, its worktree was still to be removed: whoever comes by later does so. */
  worktreeLeft: z.boolean().optional(),
  /** Set once nothing that is not to stay is left of it on its server. */
  clearedAt: z.string().optional(),
  /** Set once its audit record is written. */
  auditedAt: z.string().optional(),
});
/** One agent session for one alert and one rule, from decision to outcome. */
export type Job = z.infer<typeof jobSchema>;

/** What was collected before the checks of the newest turn; undefined where none have begun. */
export const keptOf = ({ kept, followUp }: Pick<Job, 'kept' | 'followUp'>): Kept | undefined =>
  kept?.round === (followUp?.round ?? 0) ? kept : undefined;

/** Made, and neither started nor given up. */
export const isUnstarted = ({ executionArn, finishedAt }: Job): boolean =>
  executionArn === undefined && finishedAt === undefined;

export const jobProgressSchema = z.strictObject({
  /** The poll that has looked last, from 1. */
  attempt: z.number().int(),
  /** In a few words: `working`, `retrying: rate limit`. */
  activity: z.string(),
  at: z.string(),
});
/** What the last poll of a running session saw. */
export type JobProgress = z.infer<typeof jobProgressSchema>;
