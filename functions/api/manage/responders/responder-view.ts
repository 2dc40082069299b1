import * as z from 'zod';
import { responderStatuses } from '../../../domain/job/responder.ts';
import { organizationId } from '../organization.ts';
import type { AnyResponder } from './responders.ts';

/** As the SDK has it: every field is always there, null where it has no value. */
export const responderView = (responder: AnyResponder): z.output<typeof responderViewSchema> => ({
  id: responder.id,
  alertId: responder.alertId,
  organizationId,
  ...('userId' in responder
    ? {
        responderType: 'user' as const,
        userId: responder.userId,
        integrationId: null,
        agentSessionId: null,
        prUrl: responder.prUrl ?? null,
      }
    : {
        responderType: 'agent' as const,
        userId: null,
        integrationId: responder.integrationId,
        agentSessionId: responder.sessionId,
        prUrl: null,
      }),
  status: responder.status,
  joinedAt: responder.joinedAt,
  completedAt: responder.completedAt ?? null,
});

export const responderViewSchema = z.strictObject({
  id: z.string(),
  alertId: z.string(),
  organizationId: z.string(),
  responderType: z.enum(['user', 'agent']),
  userId: z.string().nullable(),
  integrationId: z.string().nullable(),
  /** Id of the OpenCode session. */
  agentSessionId: z.string().nullable(),
  status: z.enum(responderStatuses),
  prUrl: z.string().nullable(),
  joinedAt: z.string(),
  completedAt: z.string().nullable(),
});
