/** How an execution can end. The workflow has one ending per outcome; `cancelled` is an execution that was stopped. */
export const outcomes = [
  'diff_ready',
  'no_changes',
  'blocked',
  'attempts_exhausted',
  'budget_exceeded',
  'session_stalled',
  'session_failed',
  'result_too_large',
  'session_lost',
  'credentials_rejected',
  'endpoint_refused',
  'server_unreachable',
  'server_unsupported',
  'workspace_failed',
  'queue_expired',
  'relay_failed',
  'cancelled',
] as const;

export type Outcome = (typeof outcomes)[number];

/** The outcomes that are a success: the agent finished its work. Everything else is red, or grey for `cancelled`. */
export const greenOutcomes = ['diff_ready', 'no_changes'] as const satisfies readonly Outcome[];

export const isGreen = (outcome: Outcome): boolean => greenOutcomes.some((green) => green === outcome);

/**
 * The outcomes that say nothing of the alert: the server was away or refused the password, or we were at fault. What
 * ended so is tried again while its alert fires.
 */
export const retriedOutcomes = [
  'server_unreachable',
  'credentials_rejected',
  'session_lost',
  'queue_expired',
  'relay_failed',
] as const satisfies readonly Outcome[];

export const isRetried = (outcome: Outcome): boolean => retriedOutcomes.some((retried) => retried === outcome);

/** The workflow's end states by outcome, named as an operator reads them in the console. */
export const endings = {
  diff_ready: 'Diff ready',
  no_changes: 'No changes',
  blocked: 'Blocked on a question',
  attempts_exhausted: 'Poll attempts exhausted',
  budget_exceeded: 'Budget exceeded',
  session_stalled: 'Session stalled',
  session_failed: 'Session failed',
  result_too_large: 'Result too large',
  session_lost: 'Session lost',
  credentials_rejected: 'Credentials rejected',
  endpoint_refused: 'Endpoint refused',
  server_unreachable: 'Server unreachable',
  server_unsupported: 'Server unsupported',
  workspace_failed: 'Workspace failed',
  queue_expired: 'Queue expired',
  relay_failed: 'Relay failed',
} as const satisfies Record<Exclude<Outcome, 'cancelled'>, string>;
