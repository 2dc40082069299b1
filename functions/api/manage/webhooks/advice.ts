import * as z from 'zod';
import { hookStrength, isWeaker } from '../../../domain/signature/auth.ts';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import type { WebhookStore } from '../../../ports.ts';

/** What to do next, once a webhook has been written. */
export const adviceSchema = z.strictObject({
  code: z.enum(['weaker_webhook']),
  webhookId: z.string(),
  message: z.string(),
});
type Advice = z.infer<typeof adviceSchema>;

/**
 * Offers to close the webhooks of the relay that ask their senders for less: a relay is as weak as its weakest hook.
 */
export async function adviceOn(
  webhooks: Pick<WebhookStore, 'listByRelay'>,
  { relayId, id, auth, enabled }: Webhook,
): Promise<Advice[]> {
  if (!auth || !enabled) return [];
  const others = (await webhooks.listByRelay(relayId)).filter((other) => other.id !== id && other.enabled);
  return others
    .filter((other) => isWeaker(hookStrength(other.auth), hookStrength(auth)))
    .map((other) => ({
      code: 'weaker_webhook',
      webhookId: other.id,
      message:
        `Webhook ${other.id} asks its senders for less than this one, and opens alerts of its own in the same relay. ` +
        `Close it: PATCH /v0/relay/${relayId}/webhooks/${other.id} with {"enabled":false}; or set as strong an "auth" there.`,
    }));
}
