import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import type { WebhookStore } from '../../../functions/ports.ts';
import { late } from './late.ts';
import { unexpected } from './recorded.ts';

/** The webhooks of the list, which a relay store may share. Keys are not looked up here. */
export function fakeWebhooks(stored: Webhook[] = []): WebhookStore {
  const isThere = ({ deletedAt }: Webhook) => deletedAt === undefined;
  return late<WebhookStore>({
    findByKey: () => unexpected('findByKey'),
    get: async (relayId, id) => stored.filter(isThere).find((each) => each.relayId === relayId && each.id === id),
    listByRelay: async (relayId) => stored.filter(isThere).filter((each) => each.relayId === relayId),
    create: async (webhook) => void stored.push(webhook),
    async update(webhook, before) {
      const at = stored.findIndex(({ id, updatedAt }) => id === webhook.id && updatedAt === before.updatedAt);
      if (at < 0) return false;
      stored[at] = webhook;
      return true;
    },
  });
}
