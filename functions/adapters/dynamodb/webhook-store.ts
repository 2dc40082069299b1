import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Webhook, webhookSchema } from '../../domain/webhook.ts';
import type { WebhookStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import type { Table } from './table.ts';

/**
 * Both rows of a webhook, each with the whole of it: one for the relay's list, one for the look-up by key. Who creates or
 * changes a webhook writes both; the hook works from the moment its `hook` row is there.
 */
export const webhookItems = (webhook: Webhook) => ({
  webhook: { ...keys.webhook(webhook.relayId, webhook.id), ...webhook },
  hook: { ...keys.hook(webhook.webhookKey), ...webhook },
});

/** Webhooks, by the digest of their key or by relay. */
export function createWebhookStore(table: Table): WebhookStore {
  return {
    /**
     * One read by the digest of the key, whether there is such a row or not: the time it takes tells nothing about other
     * keys. Strongly consistent, so a new address works at once and a disabled one stops at once.
     */
    async findByKey(key) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.hook(key), ConsistentRead: true }),
      );
      return Item && parse(Item);
    },

    async listByRelay(relayId) {
      return (await queryPartition(table, keys.relayPartition(relayId), keys.webhookPrefix)).map(parse).sort(byAge);
    },
  };
}

function parse({ pk, sk, ...webhook }: Record<string, unknown>): Webhook {
  return webhookSchema.parse(webhook);
}
