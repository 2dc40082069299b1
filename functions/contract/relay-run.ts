import * as z from 'zod';
import { executionInputSchema } from './execution.ts';
import { outcomes } from './outcomes.ts';
import { reasonCodes } from './reason-codes.ts';
import { traceparentSchema } from './traceparent.ts';

/** Input of a "Relay run" execution: one alert through the rules of its relay. Its name is the run's id. */
export const relayRunInputSchema = z.strictObject({
  runId: z.string(),
  alert: executionInputSchema.shape.alert,
  relay: z.strictObject({ id: z.string(), name: z.string(), repeatPolicy: z.enum(['none', 'once', 'all']) }),
  startedBy: executionInputSchema.shape.startedBy,
  /** How often each group is gone through at most, and how long after a round the next one begins. */
  rounds: z.number().int(),
  repeatAfterSeconds: z.number().int(),
  /** Groups with a step that is not due yet, or whose session is to be started; steps in their order. */
  groups: z.array(
    z.strictObject({
      name: z.string(),
      steps: z
        .array(
          z.strictObject({
            ruleId: z.string(),
            ruleName: z.string(),
            ruleType: z.enum(['agent', 'webhook']),
            /** Minutes after the alert, or after the beginning of a later round. */
            delayMinutes: z.number().int(),
          }),
        )
        .min(1),
    }),
  ),
  /** ISO 8601, by our clock: the delays count from here. */
  receivedAt: z.string(),
});
export type RelayRunInput = z.infer<typeof relayRunInputSchema>;

/** How the last session of the group ended, as the run saw it. */
const endedSchema = z.strictObject({
  ruleId: z.string(),
  ruleName: z.string(),
  jobId: z.string(),
  outcome: z.enum(outcomes),
  cause: z.string(),
});
export type EndedSession = z.infer<typeof endedSchema>;

/** Input of `decide-step`: the step that is due. */
export const stepInputSchema = z.strictObject({
  runId: z.string(),
  alertId: z.string(),
  repeatPolicy: relayRunInputSchema.shape.relay.shape.repeatPolicy,
  group: z.string(),
  step: z.strictObject({ ruleId: z.string(), ruleName: z.string() }),
  /** Rules of the group whose steps would be due afterwards. */
  rest: z.array(z.string()),
  /** From 1. */
  round: z.number().int(),
  previous: endedSchema.nullable(),
  /** An execution by the job's name was there when this run was to start it. */
  alreadyThere: z.boolean(),
  /** Of the delivery that started the run; null where it has none. */
  traceparent: z.nullish(traceparentSchema),
});
export type StepInput = z.infer<typeof stepInputSchema>;

/**
 * What the run does now: `start` the job's session, go on to the `next` step, or `stop`: the group is over. `reason` is
 * the decision of the rule, or that of the group where it is over before the rule.
 */
export const stepDecisionSchema = z.strictObject({
  action: z.enum(['start', 'next', 'stop']),
  reason: z.enum(reasonCodes),
  sentence: z.string(),
  job: z.strictObject({ id: z.string(), input: executionInputSchema }).nullable(),
});
export type StepDecision = z.infer<typeof stepDecisionSchema>;
