import * as z from 'zod';
import { limits } from './limits.ts';
import { within } from './ranges.ts';

/** What a check says of a patch. `was_red_before`: it fails on the base commit too. */
const checkVerdicts = ['passed', 'failed', 'was_red_before', 'timed_out', 'not_run'] as const;
export type CheckVerdict = (typeof checkVerdicts)[number];

/** A command of a rule that is run on what its session has changed. */
export const checkSchema = z.strictObject({
  name: z.string().min(1).max(limits.checkNameCharacters),
  command: z.string().min(1).max(limits.checkCommandCharacters),
  minutes: within(limits.checkMinutes),
  on: z.enum(['patch', 'base_and_patch']).optional(),
});
export type Check = z.infer<typeof checkSchema>;

/** What became of a check. */
export const checkResultSchema = z.strictObject({
  name: z.string(),
  verdict: z.enum(checkVerdicts),
  /** In a few words: why it was not run, that it passed the second time. */
  note: z.string().optional(),
  /** Of the run that decided; null where it was killed or never ended. */
  exitCode: z.number().int().nullable(),
  seconds: z.number().int(),
  /** The end of what it printed, redacted; empty where that is not to be had. */
  output: z.string(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

export const verifyResultSchema = z.strictObject({
  /** `correct`: the agent is to be told what failed. */
  state: z.enum(['running', 'done', 'correct']),
  /** In a few words, for the auditor: `checking 2 of 3: unit tests`. */
  activity: z.string(),
  /** Null while they run. */
  checks: z.array(checkResultSchema).nullable(),
});
export type VerifyResult = z.infer<typeof verifyResultSchema>;

/** What a rule has run on what its sessions change. */
export const verifySchema = z.strictObject({
  checks: z.array(checkSchema),
  /** Prompts that may follow the first, with what failed. */
  retries: z.number().int(),
  /** A check that does not pass makes the outcome red. */
  required: z.boolean(),
});

/** A larger diff is kept, and ends as an outcome of its own; null where there is no such limit. */
export const maxChangedSchema = z.strictObject({
  lines: z.number().int().nullable(),
  files: z.number().int().nullable(),
});

/** A prompt that followed the first of a session, with what failed. */
export const turnSchema = z.strictObject({
  round: z.number().int(),
  messageId: z.string(),
  partId: z.string(),
  /** Model calls of the turns before: a limit on their number is one on all of them. */
  callsBefore: z.number().int(),
});
