import * as z from 'zod';
import { type Severity, severitySchema } from '../../contract/alert.ts';
import { reasonCodes } from '../../contract/reason-codes.ts';
import { rootCauseSchema } from '../../contract/storm.ts';
import { hashedId } from '../text/digest.ts';

/**
 * `holding`: too few alerts for a storm so far. `collecting`: a storm; its alerts are gathered. `triaging`: its session
 * is being made. Ends: `dispatched` (one session has all of it), `released` (no storm; each alert went its own way),
 * `not_dispatched` (a storm whose session was not to start; `reason` says why).
 */
const stormPhases = ['holding', 'collecting', 'triaging', 'dispatched', 'released', 'not_dispatched'] as const;
export type StormPhase = (typeof stormPhases)[number];

/** Not ended. */
export const openPhases = ['holding', 'collecting', 'triaging'] as const satisfies readonly StormPhase[];

export const stormSchema = z.strictObject({
  id: z.string(),
  relayId: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  phase: z.enum(stormPhases),
  /** The first alert that was held, and when. */
  firstAlertId: z.string(),
  createdAt: z.string(),
  /** When the threshold was reached. */
  detectedAt: z.string().optional(),
  endedAt: z.string().optional(),
  executionArn: z.string().optional(),
  startedAt: z.string().optional(),
  /** Of the one session: its job, or the job that had its cause in hand already. */
  jobId: z.string().optional(),
  /** Alerts that the session was given. */
  held: z.number().int().optional(),
  /** Alerts that had a session of their own beside it. */
  investigated: z.array(z.string()).optional(),
  /** Why there is no session. */
  reason: z.enum(reasonCodes).optional(),
  rootCause: rootCauseSchema.optional(),
});
/** What holds back the alerts of one rule, from the first held one to the end. */
export type Storm = z.infer<typeof stormSchema>;

export const heldAlertSchema = z.strictObject({
  alertId: z.string(),
  severity: severitySchema,
  /** When it was received: the order of release. */
  at: z.string(),
});
export type HeldAlert = z.infer<typeof heldAlertSchema>;

/** A held alert as triage sees it. */
export interface StormMember {
  id: string;
  title: string;
  severity: Severity;
  source: string;
  service?: string | undefined;
  createdAt: string;
  isResolved: boolean;
  /**
   * Entries that its decision counts while it stands as `storm_held`; 0: not recorded yet; undefined: decided otherwise
   * since.
   */
  heldCount: number | undefined;
}

/** `stm_` and 32 hex digits, and name of its execution. The rule's next storm begins with another alert, or later. */
export const stormIdOf = (ruleId: string, firstAlertId: string, atMs: number): string =>
  hashedId('stm', JSON.stringify([ruleId, firstAlertId, atMs]));
