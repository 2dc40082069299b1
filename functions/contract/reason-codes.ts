/** Why a rule did, or did not, start an execution for an alert. Stored with each decision and counted as a metric. */
export const reasonCodes = ['started', 'duplicate_alert', 'resolved', 'rule_disabled', 'invalid_rule'] as const;

export type ReasonCode = (typeof reasonCodes)[number];
