import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Relay, relaySchema } from '../../domain/rule/relay.ts';
import { type Webhook, webhookSchema } from '../../domain/webhook/webhook.ts';
import type { RelayStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import { isThere, markDeleted } from './soft-delete.ts';
import { type Table, written } from './table.ts';
import { webhookItems } from './webhook-store.ts';

/** Relays, one row each in one partition: a team has tens of them, and they change by hand. */
export function createRelayStore(table: Table): RelayStore {
  const read = async (key: Record<string, string>): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
    return Item;
  };
  const get: RelayStore['get'] = async (id, { deleted } = { deleted: false }) => {
    const row = await read(keys.relay(id));
    const relay = row && parseRelay(row);
    return deleted || relay?.deletedAt === undefined ? relay : undefined;
  };
  const putNew = (Item: Record<string, unknown>): Promise<boolean> =>
    written(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item,
          ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(deletedAt)',
        }),
      ),
    );
  /** The webhook that holds the id: this one, or the one that a creation which broke off, or runs beside, put there. */
  const claimWebhook = async (webhook: Webhook): Promise<Webhook> => {
    if (await putNew(webhookItems(webhook).webhook)) return webhook;
    const row = await read(keys.webhook(webhook.relayId, webhook.id));
    return row ? parseWebhook(row) : webhook;
  };

  return {
    get,

    async create(relay, webhook) {
      // The relay comes last: where it is seen, its webhook is listed and works. Before, nobody knows the key.
      const claimed = await claimWebhook(webhook);
      await putNew(webhookItems(claimed).hook);
      if (await putNew({ ...keys.relay(relay.id), ...relay })) return { relay, created: true };
      return { relay: (await get(relay.id)) ?? relay, created: false };
    },

    update: ({ id, name, description, repeatPolicy, updatedAt }, before) =>
      written(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.relay(id),
            UpdateExpression:
              'SET #name = :name, description = :description, repeatPolicy = :repeatPolicy, updatedAt = :at',
            ConditionExpression: 'updatedAt = :before AND attribute_not_exists(deletedAt)',
            ExpressionAttributeNames: { '#name': 'name' },
            ExpressionAttributeValues: {
              ':name': name,
              ':description': description,
              ':repeatPolicy': repeatPolicy,
              ':at': updatedAt,
              ':before': before.updatedAt,
            },
          }),
        ),
      ),

    markDeleted: (id, at) => markDeleted(table, keys.relay(id), at),

    async list() {
      const rows = await queryPartition(table, keys.relays);
      return rows.map(parseRelay).filter(isThere).sort(byAge);
    },
  };
}

function parseRelay({ pk, sk, ...relay }: Record<string, unknown>): Relay {
  return relaySchema.parse(relay);
}

function parseWebhook({ pk, sk, ...webhook }: Record<string, unknown>): Webhook {
  return webhookSchema.parse(webhook);
}
