import * as z from 'zod';
import { agentVerdictSchema } from './agent-verdict.ts';
import { hookStrengths, severitySchema } from './alert.ts';
import { appliedEntrySchema } from './catalogue.ts';
import { checkResultSchema, maxChangedSchema, turnSchema, verifySchema } from './checks.ts';
import { limits } from './limits.ts';
import { outcomes } from './outcomes.ts';
import { permissionsSchema } from './permissions.ts';
import { traceparentSchema } from './traceparent.ts';

/** What `route-alert` starts an execution with: who, what and why for the auditor, and no secret or long text. */
export const executionInputSchema = z.strictObject({
  /** Also the execution name and part of the session title. */
  jobId: z.string(),
  startedBy: z.strictObject({
    webhookId: z.string(),
    format: z.string(),
    deliveryId: z.string(),
    /** The trace of that delivery; an execution that began before there were any has none. */
    traceparent: z.optional(traceparentSchema),
    /** What the sender of the alert has shown at the door; absent in executions from before. */
    strength: z.enum(hookStrengths).optional(),
    /** Who had the rule run for the alert once more; absent where the delivery itself started it. */
    user: z.string().optional(),
  }),
  alert: z.strictObject({
    id: z.string(),
    title: z.string().max(limits.titleCharacters),
    severity: severitySchema,
    source: z.string(),
    fingerprint: z.string(),
    startsAt: z.string(),
  }),
  relay: z.strictObject({ id: z.string(), name: z.string() }),
  rule: z.strictObject({
    id: z.string(),
    name: z.string(),
    version: z.number().int(),
    updatedBy: z.string(),
  }),
  why: z.strictObject({
    reason: z.enum(['started', 'storm_released', 'storm_triaged', 'retried', 'run_by_user']),
    sentence: z.string(),
  }),
  /** The storm that this session is to find the cause of; absent for the session of a single alert. */
  storm: z.strictObject({ id: z.string(), alerts: z.number().int() }).optional(),
  /** Limits of this session, looked at in each poll; null where there is none. */
  limits: z
    .strictObject({
      costUsd: z.number().nullable(),
      tokens: z.number().int().nullable(),
      messages: z.number().int().nullable(),
      minutes: z.number().int().nullable(),
      /** So long nothing may move; absent where there is no such limit. */
      stallMinutes: z.number().int().optional(),
    })
    .optional(),
  /** Budgets of the day that it counts for, e.g. `rule:rul_…`; its cost is added to them when it has ended. */
  budgets: z.strictObject({ day: z.iso.date(), scopes: z.array(z.string()) }).optional(),
  /** Sessions that may run at once with the integration. Absent: any number. */
  maxConcurrent: z.number().int().optional(),
  session: z.strictObject({
    integrationId: z.string(),
    /** Origin, and the path of a gateway, as in `https://gateway.internal.corp/opencode`. */
    endpoint: z.string(),
    model: z.strictObject({ providerID: z.string(), modelID: z.string() }).nullable(),
    agent: z.string().nullable(),
    /** Absolute path on the server's disk; null: the server's own working directory. */
    directory: z.string().nullable(),
    workspace: z.enum(['worktree', 'shared']),
    keepWorkspace: z.boolean(),
    /** What is done with a file in which a credential was found. */
    resultScan: z.enum(['withhold', 'flag', 'off']).default('withhold'),
    /** An execution that began before there were any has none. */
    permissions: permissionsSchema.default({ profile: 'server', rules: [] }),
  }),
  poll: z.strictObject({
    intervalMs: z.number().int(),
    /** ceil(intervalMs / 1000): a Wait state counts whole seconds. */
    waitSeconds: z.number().int(),
    /** From `waitSeconds` the wait grows by half each time, up to this; absent: it does not grow. */
    maxWaitSeconds: z.number().int().optional(),
    maxAttempts: z.number().int(),
  }),
  /** Commands that are run on what the session has changed; absent where the rule has none. */
  verify: verifySchema.optional(),
  maxChanged: maxChangedSchema.optional(),
  /** The agent is asked to end with a verdict of its own. */
  agentVerdict: z.literal(true).optional(),
  /** Of a rule that asks the catalogue: what stood in for what the rule says, and in which version. */
  catalogue: appliedEntrySchema.optional(),
  prompt: z.strictObject({ sha256: z.string(), characters: z.number().int() }),
  /** The execution that started this one, under the name by which the console links the two. */
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
});
export type ExecutionInput = z.infer<typeof executionInputSchema>;

/** The two HTTP interfaces of OpenCode servers, by the major version that brought them. */
const dialects = ['v1', 'v2'] as const;
export type Dialect = (typeof dialects)[number];

/** The session once it exists; the workflow carries it in the variable `session`. */
export const sessionRefSchema = z.strictObject({
  id: z.string(),
  /** Where the agent works: the worktree, or the shared directory. */
  directory: z.string(),
  /** The repository that a worktree was made from; equal to `directory` when shared. */
  repository: z.string(),
  worktree: z.boolean(),
  /** Chosen by us, so that a repeated prompt is the same prompt. */
  messageId: z.string(),
  partId: z.string(),
  /** The prompt that followed last, with what failed; absent while there is none but the first. */
  turn: turnSchema.optional(),
  /** Commit that the patch applies to; null where the directory is no git repository or has no commits. */
  baseCommit: z.string().nullable(),
  serverVersion: z.string(),
  /** How the server is spoken to. An execution that began before there were two has none. */
  dialect: z.enum(dialects).default('v1'),
  /** Opens the session in the server's own web UI. */
  url: z.string(),
});
export type SessionRef = z.infer<typeof sessionRefSchema>;

export const tokensSchema = z.strictObject({
  input: z.number(),
  output: z.number(),
  reasoning: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});
export type Tokens = z.infer<typeof tokensSchema>;

/** What one poll has to remember for the next. Times are ISO 8601. */
export const pollMemorySchema = z.strictObject({
  suspectSince: z.string().nullable(),
  resent: z.boolean(),
  unreachableSince: z.string().nullable(),
  unreachablePolls: z.number().int(),
  /** The session was idle while its sub-agents were at work: it is woken when they are done. */
  backgroundWork: z.boolean().default(false),
  /** What the last poll saw of its progress, and since when that is so. An execution that began before has none. */
  progress: z.string().nullable().default(null),
  progressSince: z.string().nullable().default(null),
  /** The run's model calls up to a message, so that a poll reads only what came after it. */
  counted: z.strictObject({ upTo: z.string(), answers: z.int() }).nullable().default(null),
});
export type PollMemory = z.infer<typeof pollMemorySchema>;

/** What the first poll remembers. */
export const freshPollMemory: PollMemory = {
  suspectSince: null,
  resent: false,
  unreachableSince: null,
  unreachablePolls: 0,
  backgroundWork: false,
  progress: null,
  progressSince: null,
  counted: null,
};

/** `completed` becomes `diff_ready` or `no_changes` when the result is collected. */
const endingSchema = z.strictObject({
  outcome: z.enum(['completed', ...outcomes]),
  /** What happened and what to do next; at most `limits.causeCharacters`. */
  cause: z.string(),
});
export type Ending = z.infer<typeof endingSchema>;

export const pollResultSchema = z.strictObject({
  state: z.enum(['running', 'ended']),
  /** In a few words, for the auditor: `working`, `retrying: rate limit`, `suspect: no answer yet`. */
  activity: z.string(),
  /** True when the server may still be working on the session, so it has to be aborted before collecting. */
  active: z.boolean(),
  ending: endingSchema.nullable(),
  memory: pollMemorySchema,
});
export type PollResult = z.infer<typeof pollResultSchema>;

export const resultSchema = z.strictObject({
  bucket: z.string(),
  /** Object keys. `patch` is null where there is no diff. */
  patch: z.string().nullable(),
  answer: z.string().nullable(),
  manifest: z.string(),
  patchSha256: z.string().nullable(),
  files: z.number().int(),
  additions: z.number().int(),
  deletions: z.number().int(),
  baseCommit: z.string().nullable(),
});
export type Result = z.infer<typeof resultSchema>;

/** What `Collect result` returns: the whole story of the ending. Output of the execution and body of the event. */
export const collectedSchema = z.strictObject({
  outcome: z.enum(outcomes),
  cause: z.string(),
  polls: z.number().int(),
  session: z.strictObject({ id: z.string(), url: z.string(), serverVersion: z.string() }).nullable(),
  result: resultSchema.nullable(),
  tokens: tokensSchema.nullable(),
  /** US dollars, as the server reports it, sub-agents included. */
  costUsd: z.number().nullable(),
  /** What the rule's checks said of the patch, in their order; null where it has none. Older results lack it. */
  checks: z.array(checkResultSchema).nullable().optional(),
  /** Of a rule that asks its agent for one; null where there is none that fits. */
  agentVerdict: agentVerdictSchema.nullable().optional(),
});
export type Collected = z.infer<typeof collectedSchema>;

const executionSchema = z.strictObject({
  execution: executionInputSchema,
  executionArn: z.string(),
});

/** Inputs of the task functions. `execution` is the execution's own input. */
export const taskInputs = {
  /** `startedAt`: of the execution, which is when a session that has to wait came. */
  createSession: executionSchema.extend({ startedAt: z.iso.datetime() }),
  sendPrompt: executionSchema.extend({ session: sessionRefSchema }),
  pollSession: executionSchema.extend({
    session: sessionRefSchema,
    attempt: z.number().int(),
    /** When the state was entered: the poll's clock. */
    at: z.iso.datetime(),
    memory: pollMemorySchema,
  }),
  abortSession: executionSchema.extend({ session: sessionRefSchema }),
  collectResult: executionSchema.extend({
    session: sessionRefSchema.nullable(),
    ending: endingSchema,
    polls: z.number().int(),
    /** True in `Keep result`: what there is is stored, and nothing ended. Machines of before have neither. */
    keep: z.boolean().optional(),
    checks: z.array(checkResultSchema).nullable().optional(),
  }),
  verifyPatch: executionSchema.extend({
    session: sessionRefSchema,
    attempt: z.number().int(),
    /** When the state was entered. */
    at: z.iso.datetime(),
    /** The look it is, from 1; 0 in `Start checks`. */
    looks: z.number().int(),
  }),
  sendFindings: executionSchema.extend({ session: sessionRefSchema, checks: z.array(checkResultSchema) }),
} as const;
export type TaskInput<Task extends keyof typeof taskInputs> = z.infer<(typeof taskInputs)[Task]>;
