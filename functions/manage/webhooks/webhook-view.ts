import type { Webhook } from '../../domain/webhook.ts';
import { organizationId } from '../organization.ts';

/** As the SDK has it: every field is always there, null where it has no value. */
export const webhookView = (webhook: Webhook) => ({
  ...webhook,
  organizationId,
  description: webhook.description ?? null,
});
