/**
 * Why a rule did, or did not, act on an entry. Each accepted entry ends in exactly one of them for each rule of its
 * relay, and in `no_rules` where there is no rule. Stored with each decision, counted as a metric and summed in the
 * ledger.
 */
export const reasonCodes = [
  'started',
  'webhook_called',
  'scheduled',
  'not_needed',
  'duplicate_delivery',
  'duplicate_alert',
  'same_title_running',
  'storm_held',
  'storm_released',
  'storm_triaged',
  'cooldown',
  'budget',
  'paused',
  'rule_disabled',
  'not_matched',
  'no_service',
  'invalid_rule',
  'update',
  'acknowledged',
  'resolved',
  'unknown_state',
  'test',
  'no_rules',
  'retried',
  'storm_failed',
  'run_by_user',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

/** How many decisions there are of each reason; what is absent is none. */
export type ReasonCounts = Partial<Record<ReasonCode, number>>;

/** Reasons that hold for now and become another one: when the step is due, the storm is over, or the pause ends. */
export const passingReasons = ['scheduled', 'storm_held', 'paused'] as const satisfies readonly ReasonCode[];
