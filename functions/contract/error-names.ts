import type { Outcome } from './outcomes.ts';

/**
 * Names of the errors that leave a task function. The workflow retries and catches by these names, and each leads to
 * exactly one outcome. Anything else that leaves a function is our own fault: `relay_failed`.
 */
export const errorOutcomes = {
  CredentialsRejected: 'credentials_rejected',
  EndpointRefused: 'endpoint_refused',
  ServerUnreachable: 'server_unreachable',
  ServerUnsupported: 'server_unsupported',
  WorkspaceFailed: 'workspace_failed',
  SessionFailed: 'session_failed',
  ResultTooLarge: 'result_too_large',
  SessionLost: 'session_lost',
  QueueExpired: 'queue_expired',
} as const satisfies Record<string, Outcome>;

/** No ending: a session that may not begin yet, for want of a slot or because starts are paused. It asks again. */
export const slotNotFree = 'SlotNotFree';

/** No ending: the outcome of a storm's session is not recorded yet. The state asks again. */
export const sessionNotEnded = 'SessionNotEnded';

/** No ending of the job, which has one: its execution was stopped, and is redriven now. */
export const sessionCancelled = 'SessionCancelled';

export type TaskErrorName =
  | keyof typeof errorOutcomes
  | typeof slotNotFree
  | typeof sessionNotEnded
  | typeof sessionCancelled;

/**
 * Error of an execution that was stopped because its stack stops, and by nobody who wants its session to end: that is
 * lost, and tried again.
 */
export const stackStopped = 'StackStopped';

/** Any error that is our own fault. */
export const relayFailedError = 'RelayFailed';
