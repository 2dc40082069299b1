import * as z from 'zod';
import type { Relay } from '../../../domain/rule/relay.ts';
import type { Clock, RelayStore, RuleStore, WebhookSecretWriter, WebhookStore } from '../../../ports.ts';
import { change, changeTime } from '../change.ts';
import { immutable, text } from '../fields.ts';
import { type Ids, keyedId, webhookIdOf } from '../ids.ts';
import { ApiRefusal, notFound } from '../refusal.ts';
import { deleteRule } from '../rules/rules.ts';
import { deleteWebhook, newWebhook } from '../webhooks/webhooks.ts';

const DESCRIPTION_CHARACTERS = 4_000;

const fields = z.strictObject({
  name: text(),
  description: z.string().max(DESCRIPTION_CHARACTERS).optional(),
  repeat: z.enum(['none', 'once', 'all']).optional(),
});

export const relayInput = fields.extend({ externalKey: text().optional() });
export type RelayInput = z.output<typeof relayInput>;

/** Only what is to change. */
export const relayChange = fields.partial().extend({ externalKey: immutable('the relay') });
type RelayChange = z.output<typeof relayChange>;

export interface RelayDeps {
  relays: RelayStore;
  webhooks: WebhookStore;
  webhookSecrets: WebhookSecretWriter;
  rules: Pick<RuleStore, 'get' | 'update' | 'listByRelay'>;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
}

/**
 * Makes a relay with its one webhook, or updates the relay of the same external key: what the input does not name stays
 * as it is there. A deleted relay of that key comes back as a new one, without its rules and with another hook.
 */
export async function createRelay(deps: RelayDeps, input: RelayInput, caller: string): Promise<Relay | ApiRefusal> {
  const id = input.externalKey === undefined ? deps.ids.random('rly') : keyedId('rly', 'relay', input.externalKey);
  const stored = input.externalKey === undefined ? undefined : await deps.relays.get(id);
  if (stored) return updateRelay(deps, id, input);
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
    newWebhook({ id: webhookIdOf(id), relayId: id }, deps),
  );
  return created ? relay : updateRelay(deps, id, input);
}

export async function getRelay({ relays }: Pick<RelayDeps, 'relays'>, id: string): Promise<Relay | ApiRefusal> {
  return (await relays.get(id)) ?? notFound('relay');
}

/** Writes only what is different, so that a create that arrives twice changes nothing the second time. */
export const updateRelay = (
  { relays, clock }: Pick<RelayDeps, 'relays' | 'clock'>,
  id: string,
  input: RelayChange,
): Promise<Relay | ApiRefusal> =>
  change({
    what: 'relay',
    read: () => relays.get(id),
    next: async (stored) => {
      const { name = stored.name, description = stored.description, repeat = stored.repeatPolicy } = input;
      const same = name === stored.name && description === stored.description && repeat === stored.repeatPolicy;
      if (same) return stored;
      return { ...stored, name, description, repeatPolicy: repeat, updatedAt: changeTime(clock, stored) };
    },
    write: (wanted, before) => relays.update(wanted, before),
  });

/**
 * Closes the hooks of a relay, then deletes its rules, then the relay: the next call finishes an interrupted one.
 * Sessions that run go on; what was accepted before is still stored, and meets no rule.
 */
export async function deleteRelay(
  deps: RelayDeps,
  id: string,
  caller: string,
): Promise<{ success: true } | ApiRefusal> {
  if (!(await deps.relays.get(id))) return notFound('relay');
  const [webhooks, rules] = await Promise.all([deps.webhooks.listByRelay(id), deps.rules.listByRelay(id)]);
  const inside = [
    ...(await Promise.all(webhooks.map((webhook) => deleteWebhook(deps, webhook)))),
    ...(await Promise.all(rules.map((rule) => deleteRule(deps, rule, caller)))),
  ];
  // Not found: somebody else was faster.
  const refusal = inside.find((each) => each instanceof ApiRefusal && each.status !== 404);
  if (refusal) return refusal;
  await deps.relays.markDeleted(id, deps.clock.now().toISOString());
  return { success: true };
}
