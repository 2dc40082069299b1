import type { Outcome } from './outcomes.ts';

/**
 * Names of the errors that leave a task function. The workflow retries and catches by these names, and each leads to
 * exactly one outcome. Anything else that leaves a function is our own fault: `relay_failed`.
 */
export const errorOutcomes = {
  CredentialsRejected: 'credentials_rejected',
  ServerUnreachable: 'server_unreachable',
  ServerUnsupported: 'server_unsupported',
  WorkspaceFailed: 'workspace_failed',
  SessionFailed: 'session_failed',
  SessionLost: 'session_lost',
} as const satisfies Record<string, Outcome>;

export type TaskErrorName = keyof typeof errorOutcomes;
