import * as z from 'zod';
import { executionInputSchema } from './execution.ts';
import { limits, machineTimeoutSeconds } from './limits.ts';
import { reasonCodes } from './reason-codes.ts';

/** Input of an "Alert storm" execution, whose name is the storm's id. */
export const stormInputSchema = z.strictObject({
  stormId: z.string(),
  relay: z.strictObject({ id: z.string(), name: z.string() }),
  rule: z.strictObject({ id: z.string(), name: z.string(), version: z.number().int(), updatedBy: z.string() }),
  /** Settings of the rule, defaults applied. */
  settings: z.strictObject({
    threshold: z.number().int(),
    windowSeconds: z.number().int(),
    maxImmediate: z.number().int(),
  }),
  /** The alert whose holding began it. */
  firstHeld: z.strictObject({
    alertId: z.string(),
    title: z.string(),
    traceparent: executionInputSchema.shape.startedBy.shape.traceparent,
  }),
  /** ISO 8601: when the window of the first held alert is over. */
  checkAt: z.string(),
});
export type StormInput = z.infer<typeof stormInputSchema>;

/** What bounds an "Alert storm" execution; units stand in the names. */
export const stormLimits = {
  /**
   * A visit is 9 history events: wait 2, check 5, choose 2. 2,000 are 18,000 of the 25,000 that an execution may have.
   */
  visits: 2_000,
  /** What is held after so long goes to one session. 49 alerts that are released one per 300 s take 4 h. */
  holdSeconds: 6 * 3_600,
  /**
   * A storm may begin at any time, and is due 15 s after that at the earliest: whoever looks so often is never late.
   */
  lookSeconds: limits.stormQuietSeconds,
  /** All starts are paused: no alert is released, so a look is worth less. */
  pausedSeconds: 60,
  /** A router that has written a held alert down has decided on it after its time-out of 90 s, or never will. */
  routerSeconds: 100,
  /** Alerts that the one session reads in full; the others are counted. */
  digestAlerts: 50,
} as const;

const stormExecutionSchema = z.strictObject({ storm: stormInputSchema, executionArn: z.string() });

/** Inputs of the task functions. `storm` is the execution's own input. */
export const stormTaskInputs = {
  checkStorm: stormExecutionSchema.extend({
    /** When the state was entered. */
    at: z.iso.datetime(),
    /** Since when no alert is left to release, as the visit before said. */
    idleSince: z.iso.datetime().nullable(),
  }),
  triageStorm: stormExecutionSchema.extend({
    at: z.iso.datetime(),
    /** The hold has come to its limit: nothing is waited for any more. */
    isLate: z.boolean(),
  }),
  recordRootCause: stormExecutionSchema.extend({ jobId: z.string() }),
} as const;
export type StormTaskInput<Task extends keyof typeof stormTaskInputs> = z.infer<(typeof stormTaskInputs)[Task]>;

/** `next`: wait and check again; the storm is due; or nothing is held any more. */
export const stormCheckSchema = z.strictObject({
  next: z.enum(['wait', 'triage', 'over']),
  /** Of `triage`: the hold has come to its limit. */
  isLate: z.boolean(),
  /** In a few words, for the auditor: `holding`, `collecting`, `let alr_… go: started`. */
  activity: z.string(),
  /** Alerts that are held still. */
  held: z.number().int(),
  /** Of the next visit. */
  waitUntil: z.iso.datetime(),
  idleSince: z.iso.datetime().nullable(),
});
export type StormCheck = z.infer<typeof stormCheckSchema>;

/** What triage came to. `job`: of the session that is to be started, or that works on the cause already. */
export const stormTriageSchema = z.strictObject({
  result: z.enum(['dispatched', 'under_investigation', 'not_dispatched', 'released']),
  sentence: z.string(),
  /** Alerts of the storm. */
  alerts: z.number().int(),
  reason: z.enum(reasonCodes).nullable(),
  job: z.strictObject({ id: z.string(), input: executionInputSchema }).nullable(),
});
export type StormTriage = z.infer<typeof stormTriageSchema>;

export const rootCauseSchema = z.strictObject({
  alertId: z.string(),
  /** The agent named it, or it is the alert of the highest severity, then the earliest. */
  by: z.enum(['agent', 'fallback']),
  sentence: z.string(),
});
export type RootCause = z.infer<typeof rootCauseSchema>;

/** Looking, triaging and recording take 19,365 s if every retry is spent and every call times out. */
const AROUND_HOLDING_SECONDS = 21_600;

/** The state machine's time limit: the longest hold, what is around it, and one session. */
export const stormTimeoutSeconds = stormLimits.holdSeconds + AROUND_HOLDING_SECONDS + machineTimeoutSeconds;
