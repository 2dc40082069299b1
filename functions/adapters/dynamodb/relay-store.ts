import { type Relay, relaySchema } from '../../domain/rule/relay.ts';
import { type Webhook, webhookSchema } from '../../domain/webhook/webhook.ts';
import type { RelayStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import { createOrGetRow, getRow, putRow, setAttributes } from './rows.ts';
import { isFree, isThere, isUnchangedSince, markDeleted } from './soft-delete.ts';
import type { Table } from './table.ts';
import { webhookItems } from './webhook-store.ts';

/** Relays, one row each in one partition: a team has tens of them, and they change by hand. */
export function createRelayStore(table: Table): RelayStore {
  const get: RelayStore['get'] = async (id, { deleted } = { deleted: false }) => {
    const row = await getRow(table, keys.relay(id));
    const relay = row && parseRelay(row);
    return deleted || relay?.deletedAt === undefined ? relay : undefined;
  };
  /** The webhook that holds the id: this one, or the one that an interrupted creation, or one beside it, put there. */
  const claimWebhook = async (webhook: Webhook): Promise<Webhook> =>
    parseWebhook(await createOrGetRow(table, keys.webhook(webhook.relayId, webhook.id), webhook, isFree));

  return {
    get,

    async create(relay, webhook) {
      // The relay comes last: where it is seen, its webhook is listed and works. Before, nobody knows the key.
      const claimed = await claimWebhook(webhook);
      await putRow(table, webhookItems(claimed).hook, isFree);
      if (await putRow(table, { ...keys.relay(relay.id), ...relay }, isFree)) return { relay, created: true };
      return { relay: (await get(relay.id)) ?? relay, created: false };
    },

    update: ({ id, name, description, repeatPolicy, updatedAt }, before) => {
      const attributes = { name, description, repeatPolicy, updatedAt };
      return setAttributes(table, keys.relay(id), attributes, isUnchangedSince(before.updatedAt));
    },

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
