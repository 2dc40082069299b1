/** Why a rule did, or did not, start an execution for an alert. Stored with each decision and counted as a metric. */
export const reasonCodes = [
  'started',
  'duplicate_alert',
  'update',
  'acknowledged',
  'resolved',
  'unknown_state',
  'test',
  'rule_disabled',
  'invalid_rule',
  'run_by_user',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];
