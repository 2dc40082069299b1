/** Of all counts that the functions write, beside the dimension `stack`: alarms and dashboards look for them there. */
export const metricNamespace = 'OpencodeRelay';
export const metricService = 'opencode-relay';

/** What may be counted apart by ids: each id is a series of each of its metrics, $0.30 a month. */
export const metricDimensions = ['relay', 'rule', 'integration'] as const;
export type MetricDimension = (typeof metricDimensions)[number];

/** Codes of `DeliveriesRefused` by which a sender has not shown who it is, answered with 401. */
export const unauthorizedCodes = ['missing_signature', 'bad_signature', 'stale_timestamp'] as const;

/** Codes of `RequestsRefused`: what the management API answers before it comes to a route. */
export type RequestRefusal = 'unauthorized' | 'forbidden' | 'too_many_requests';

/**
 * What protects and is gone on without where it fails, since what it stands before is worth more: limits of a token and
 * of a hook, the memory of deliveries, the count of a session's cost and of its minutes, and the comparison of a git
 * folder. `FailedOpen` counts each time.
 */
export const openGuards = [
  'token_rate',
  'hook_rate',
  'delivery_memory',
  'session_cost',
  'session_minutes',
  'git_folder',
] as const;
export type OpenGuard = (typeof openGuards)[number];

/** Whose budget of a day `BudgetReached` counts refusals for, and which of its limits it was. */
export const budgetOwners = ['rule', 'entry', 'integration', 'stack'] as const;
export const budgetLimits = ['sessions', 'cost'] as const;
export type BudgetLimit = (typeof budgetLimits)[number];

/** What a session may come near to: `NearLimit` counts the polls that find it at nine tenths or more. */
export const sessionLimits = ['attempts', 'minutes', 'messages', 'costUsd', 'tokens'] as const;
export type SessionLimit = (typeof sessionLimits)[number];

/** Kinds of `Swept`; what each means stands with the sweep. */
export const sweptKinds = [
  'sessions',
  'storms',
  'runs',
  'unstarted',
  'slots',
  'leftovers',
  'given_up',
  'failed',
] as const;
