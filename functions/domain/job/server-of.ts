import type { ExecutionInput } from '../../contract/execution.ts';

/** An OpenCode server, whose password it is given, and the trace that requests belong to. */
export interface ServerTarget {
  endpoint: string;
  integrationId: string;
  traceparent?: string | undefined;
}

/** The server of a job's session. */
export const serverOf = ({
  session: { endpoint, integrationId },
  startedBy: { traceparent },
}: Pick<ExecutionInput, 'session' | 'startedBy'>): ServerTarget => ({ endpoint, integrationId, traceparent });
