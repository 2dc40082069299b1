import * as z from 'zod/mini';
import { sha256 } from '../../domain/text/digest.ts';
import { type Webhook, webhookSchema } from '../../domain/webhook/webhook.ts';
import type { WebhookStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { byAge, queryPartition } from './query.ts';
import { getRow, isAbsent, isPresent, putRow, setAttributes } from './rows.ts';
import { isThere, isUnchangedSince } from './soft-delete.ts';
import type { Table } from './table.ts';

const hookSchema = z.object({ relayId: z.string(), id: z.string() });
type Hook = z.infer<typeof hookSchema>;

/** How long a delivery may be taken in by a webhook as it was before its last change. */
const KEPT_MS = 5_000;
/** A container of a stack with more hooks than this begins anew: a kilobyte or two each. */
const MOST_REMEMBERED = 2_000;

/**
 * Both rows of a webhook: the whole of it beside its relay, and one by the digest of its key that points there. What a
 * key opens is decided by the first alone, so that every change, a rotation among them, is one write.
 */
export const webhookItems = (webhook: Webhook) => ({
  webhook: { ...keys.webhook(webhook.relayId, webhook.id), ...webhook },
  hook: { ...keys.hook(webhook.webhookKey), relayId: webhook.relayId, id: webhook.id },
});

/** Webhooks, by the digest of their key or by relay. A deleted one stays stored and is not found. */
export function createWebhookStore(table: Table, now: () => number = Date.now): WebhookStore {
  const get: WebhookStore['get'] = async (relayId, id) => {
    const row = await getRow(table, keys.webhook(relayId, id));
    const webhook = row && parse(row);
    return webhook?.deletedAt === undefined ? webhook : undefined;
  };

  /** `until`: as what it was read; after that, as where the key points to. */
  const remembered = new Map<string, { webhook: Webhook; until: number }>();
  const remember = (digest: string, webhook: Webhook) => {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(digest, { webhook, until: webhook.auth ? 0 : now() + KEPT_MS });
  };

  return {
    get,

    /**
     * No read for a key that has opened within the last 5 s, one where that was before, else two, whether there is such
     * a key or not. Reads are strongly consistent, so a new address works at once. A webhook that is switched off or
     * asks for a second credential is read each time: what is taken away there ends at once.
     */
    async findByKey(key, options) {
      const digest = sha256(key);
      const opening = (webhook: Webhook | undefined) =>
        webhook && opens(webhook, key, digest, now()) ? webhook : undefined;
      const read = async ({ relayId, id }: Hook) => opening(await get(relayId, id));
      const known = remembered.get(digest);
      if (known && !options?.fresh && known.until > now()) return opening(known.webhook);
      const stored = known && (await read(known.webhook));
      const webhook = stored ?? (await read(await pointedAt(table, key, digest)));
      if (webhook?.enabled) remember(digest, webhook);
      else remembered.delete(digest);
      return webhook;
    },

    async listByRelay(relayId) {
      const rows = await queryPartition(table, keys.relayPartition(relayId), keys.webhookPrefix);
      return rows.map(parse).filter(isThere).sort(byAge);
    },

    async create(webhook) {
      const { hook, webhook: row } = webhookItems(webhook);
      await putRow(table, hook);
      if (!(await putRow(table, row, isAbsent))) throw new Error(`Webhook ${webhook.id} is there already`);
    },

    async update(webhook, before) {
      const { hook, webhook: row } = webhookItems(webhook);
      const isRotated = webhook.webhookKey !== before.webhookKey;
      // The pointer first: a key that is shown works.
      if (isRotated) await putRow(table, hook);
      if (!(await putRow(table, row, isUnchangedSince(before.updatedAt)))) return false;
      if (isRotated) await expire(table, before.webhookKey, webhook.previousKeys?.[0]?.validUntil ?? webhook.updatedAt);
      return true;
    },
  };
}

/** Where nothing stands, a webhook that is not there, so that an unknown key takes as long as a known one. */
async function pointedAt(table: Table, key: string, digest: string): Promise<Hook> {
  const row = await getRow(table, keys.hook(key));
  return row ? hookSchema.parse(row) : { relayId: digest, id: 'none' };
}

/** Tidying only: the webhook itself says until when its old key opens. */
async function expire(table: Table, webhookKey: string, at: string): Promise<void> {
  await setAttributes(table, keys.hook(webhookKey), { expiresAt: Math.ceil(Date.parse(at) / 1_000) }, isPresent);
}

const opens = ({ webhookKey, previousKeys = [] }: Webhook, key: string, digest: string, now: number): boolean =>
  webhookKey === key ||
  previousKeys.some(({ sha256, validUntil }) => sha256 === digest && Date.parse(validUntil) > now);

function parse({ pk, sk, ...webhook }: Record<string, unknown>): Webhook {
  return webhookSchema.parse(webhook);
}
