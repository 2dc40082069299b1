import * as z from 'zod';
import type { Relay } from '../../domain/relay.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { Clock, RelayStore, WebhookStore } from '../../ports.ts';
import { text } from '../fields.ts';
import { type Ids, keyedId, webhookIdOf } from '../ids.ts';
import { notFound, type Refusal } from '../refusal.ts';

const DESCRIPTION_CHARACTERS = 4_000;

export const relayInput = z.strictObject({
  name: text(),
  description: z.string().max(DESCRIPTION_CHARACTERS).optional(),
  externalKey: text().optional(),
  repeat: z.enum(['none', 'once', 'all']).optional(),
});
export type RelayInput = z.output<typeof relayInput>;

export interface RelayDeps {
  relays: RelayStore;
  webhooks: Pick<WebhookStore, 'listByRelay'>;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
}

/**
 * Makes a relay with its one webhook, or updates the relay of the same external key: what the input does not name stays
 * as it is there.
 */
export async function createRelay(deps: RelayDeps, input: RelayInput, caller: string): Promise<Relay> {
  const id = input.externalKey === undefined ? deps.ids.random('rly') : keyedId('rly', 'relay', input.externalKey);
  const stored = input.externalKey === undefined ? undefined : await deps.relays.get(id);
  if (stored) return updateRelay(deps, stored, input);
  const now = deps.clock.now().toISOString();
  const { relay, created } = await deps.relays.create(
    {
      id,
      name: input.name,
      description: input.description ?? '',
      ...(input.externalKey !== undefined && { externalKey: input.externalKey }),
      repeatPolicy: input.repeat ?? 'none',
      createdBy: caller,
      createdAt: now,
      updatedAt: now,
    },
    firstWebhook(id, deps.ids, now),
  );
  return created ? relay : updateRelay(deps, relay, input);
}

/** Writes only what is different, so that a create that arrives twice changes nothing the second time. */
async function updateRelay({ relays, clock }: RelayDeps, stored: Relay, input: RelayInput): Promise<Relay> {
  const { name, description = stored.description, repeat = stored.repeatPolicy } = input;
  const same = name === stored.name && description === stored.description && repeat === stored.repeatPolicy;
  if (same) return stored;
  const changed = { ...stored, name, description, repeatPolicy: repeat, updatedAt: clock.now().toISOString() };
  await relays.update(changed);
  return changed;
}

/** Webhooks of a relay, their keys included: this is where an engineer reads the hook's address. */
export async function listWebhooks({ relays, webhooks }: RelayDeps, relayId: string): Promise<Webhook[] | Refusal> {
  return (await relays.get(relayId)) ? webhooks.listByRelay(relayId) : notFound('relay');
}

const firstWebhook = (relayId: string, ids: Ids, now: string): Webhook => ({
  id: webhookIdOf(relayId),
  relayId,
  webhookKey: ids.webhookKey(),
  provider: null,
  enabled: true,
  createdAt: now,
  updatedAt: now,
});
