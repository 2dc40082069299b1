import { sha256 } from '../../../domain/text/digest.ts';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import type { Clock, RelayStore, WebhookStore } from '../../../ports.ts';
import { change, changeTime, isSame } from '../change.ts';
import type { Ids } from '../ids.ts';
import { ApiRefusal, notFound } from '../refusal.ts';
import type { AuthDeps } from './auth.ts';
import { configured } from './configuration.ts';
import { DEFAULT_OVERLAP_HOURS, type RotationInput, type WebhookInput } from './webhook-input.ts';

export interface WebhookDeps extends AuthDeps {
  relays: Pick<RelayStore, 'get'>;
  webhooks: WebhookStore;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
}

type WebhookId = Pick<Webhook, 'relayId' | 'id'>;

/** More old keys than these at once are no rotation: the oldest ends early. */
const PREVIOUS_KEYS = 5;
const MS_PER_HOUR = 3_600_000;

/** With a key of its own; recognises the format, and is switched on. */
export function newWebhook(id: WebhookId, { ids, clock }: Pick<WebhookDeps, 'ids' | 'clock'>): Webhook {
  const now = clock.now().toISOString();
  return { ...id, webhookKey: ids.webhookKey(), provider: null, enabled: true, createdAt: now, updatedAt: now };
}

/** Webhooks of a relay, their keys included: this is where an engineer reads the hook's address. */
export async function listWebhooks(
  { relays, webhooks }: Pick<WebhookDeps, 'relays' | 'webhooks'>,
  relayId: string,
): Promise<Webhook[] | ApiRefusal> {
  return (await relays.get(relayId)) ? webhooks.listByRelay(relayId) : notFound('relay');
}

export async function createWebhook(
  deps: WebhookDeps,
  relayId: string,
  input: WebhookInput,
): Promise<Webhook | ApiRefusal> {
  if (!(await deps.relays.get(relayId))) return notFound('relay');
  const webhook = await configured(deps, newWebhook({ relayId, id: deps.ids.random('wh') }, deps), input);
  if (webhook instanceof ApiRefusal) return webhook;
  await deps.webhooks.create(webhook);
  return webhook;
}

export async function getWebhook({ webhooks }: Pick<WebhookDeps, 'webhooks'>, { relayId, id }: WebhookId) {
  return (await webhooks.get(relayId, id)) ?? notFound('webhook');
}

/** Changes what the input names. A webhook that is switched off refuses from the next delivery on. */
export async function updateWebhook(
  deps: WebhookDeps,
  id: WebhookId,
  input: WebhookInput,
): Promise<Webhook | ApiRefusal> {
  const webhook = await changeWebhook(deps, id, (stored) => configured(deps, stored, input));
  // After the write, for deliveries need it until then; also where there was none: a removal before may have broken
  // off.
  if (input.auth === null && !(webhook instanceof ApiRefusal)) await deps.webhookSecrets.remove(webhook.id);
  return webhook;
}

/**
 * Gives a webhook a new key, which works at once. The old one goes on for `overlapHours`, and no key from before it
 * longer than that.
 */
export const rotateWebhook = (deps: WebhookDeps, id: WebhookId, input: RotationInput): Promise<Webhook | ApiRefusal> =>
  changeWebhook(deps, id, async (stored) => {
    const { overlapHours = DEFAULT_OVERLAP_HOURS } = input;
    const nowMs = deps.clock.now().getTime();
    const untilMs = nowMs + overlapHours * MS_PER_HOUR;
    const previousKeys = [{ sha256: sha256(stored.webhookKey), untilMs }, ...(stored.previousKeys ?? []).map(parsed)]
      .map((key) => ({ ...key, untilMs: Math.min(key.untilMs, untilMs) }))
      .filter((key) => key.untilMs > nowMs)
      .slice(0, PREVIOUS_KEYS)
      .map((key) => ({ sha256: key.sha256, validUntil: new Date(key.untilMs).toISOString() }));
    return { ...stored, webhookKey: deps.ids.webhookKey(), previousKeys };
  });

/** The address is closed for good; the alerts that came through it stay. */
export async function deleteWebhook(
  deps: Pick<WebhookDeps, 'webhooks' | 'webhookSecrets' | 'clock'>,
  id: WebhookId,
): Promise<{ success: true } | ApiRefusal> {
  const deletedAt = deps.clock.now().toISOString();
  const result = await changeWebhook(deps, id, async (stored) => {
    // First: a webhook that is not there any more cannot be deleted again. Also of one that asks for none: it may have.
    await deps.webhookSecrets.remove(stored.id);
    return { ...stored, deletedAt };
  });
  return result instanceof ApiRefusal ? result : { success: true };
}

const changeWebhook = (
  { webhooks, clock }: Pick<WebhookDeps, 'webhooks' | 'clock'>,
  { relayId, id }: WebhookId,
  next: (stored: Webhook) => Promise<Webhook | ApiRefusal>,
): Promise<Webhook | ApiRefusal> =>
  change({
    what: 'webhook',
    read: () => webhooks.get(relayId, id),
    next: async (stored) => {
      const wanted = await next(stored);
      if (wanted instanceof ApiRefusal) return wanted;
      if (isSame(wanted, stored)) return stored;
      return { ...wanted, updatedAt: changeTime(clock, stored) };
    },
    write: (wanted, before) => webhooks.update(wanted, before),
  });

const parsed = ({ sha256, validUntil }: { sha256: string; validUntil: string }) => ({
  sha256,
  untilMs: Date.parse(validUntil),
});

/** As the store looks a key up. */
