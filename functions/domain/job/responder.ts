import * as z from 'zod';
import { isGreen } from '../../contract/outcomes.ts';
import { hashedId } from '../text/digest.ts';
import type { Job } from './job.ts';

export const responderStatuses = ['on_it', 'done', 'dropped'] as const;
type ResponderStatus = (typeof responderStatuses)[number];

export const responderSchema = z.strictObject({
  id: z.string(),
  alertId: z.string(),
  userId: z.string(),
  status: z.enum(responderStatuses),
  prUrl: z.string().optional(),
  joinedAt: z.string(),
  /** Set while the status is `done` or `dropped`. */
  completedAt: z.string().optional(),
});
/** A person at an alert. One per alert and user, who may leave and come back. */
export type Responder = z.infer<typeof responderSchema>;

/** An OpenCode session at an alert. Not stored: its job says all of it. */
export interface AgentResponder {
  id: string;
  alertId: string;
  integrationId: string;
  sessionId: string;
  status: ResponderStatus;
  joinedAt: string;
  completedAt: string | undefined;
}

/** Id of a user at an alert: `rsp_` and 32 hex digits. Joining twice is one responder. */
export const responderIdOf = (alertId: string, userId: string): string => responderId('user', alertId, userId);

/**
 * The agent of a job, from the moment its session is there: `on_it` while it runs, `done` if its outcome is green,
 * `dropped` otherwise. Undefined for a job without a session, as one whose server was never reached.
 */
export function agentResponderOf({ id, alertId, input, session, collected, ...job }: Job): AgentResponder | undefined {
  const sessionId = session?.id ?? collected?.session?.id;
  if (sessionId === undefined) return undefined;
  return {
    id: responderId('agent', alertId, id),
    alertId,
    integrationId: input.session.integrationId,
    sessionId,
    status: statusOf(collected),
    // The session itself keeps no time: it is there some seconds after its job.
    joinedAt: job.createdAt,
    completedAt: job.finishedAt,
  };
}

function statusOf(collected: Job['collected']): ResponderStatus {
  if (!collected) return 'on_it';
  return isGreen(collected.outcome) ? 'done' : 'dropped';
}

const responderId = (...parts: [type: 'user' | 'agent', alertId: string, who: string]): string =>
  hashedId('rsp', JSON.stringify(parts));
