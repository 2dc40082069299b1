import * as z from 'zod';
import { limits } from '../../contract/limits.ts';

/** What the calls of a webhook rule have come to: one row for each call, whatever it was tried. */
export const callRecordSchema = z.strictObject({
  callId: z.string(),
  alertId: z.string(),
  ruleId: z.string(),
  /** Of the last try. */
  kind: z.enum(['done', 'again', 'refused']),
  /** A status, or the name of what went wrong; null where the receiver took it. */
  code: z.string().nullable(),
  tries: z.int(),
  /** Of the last try. */
  at: z.iso.datetime(),
});
export type CallRecord = z.infer<typeof callRecordSchema>;

export const callStates = ['delivered', 'retrying', 'refused', 'given_up'] as const;
type CallState = (typeof callStates)[number];

/** `given_up` and `refused` lie in the dead-letter queue. */
export function callState({ kind, tries }: Pick<CallRecord, 'kind' | 'tries'>): CallState {
  if (kind === 'done') return 'delivered';
  if (kind === 'refused') return 'refused';
  return tries >= limits.queueTries ? 'given_up' : 'retrying';
}

/** The newest call of the rule: of several rounds the last one. */
export const lastCallOf = (calls: CallRecord[], ruleId: string): CallRecord | undefined =>
  calls
    .filter((call) => call.ruleId === ruleId)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
