import { limits } from '../../contract/limits.ts';
import { type AcceptDeps, accept } from '../../deliveries/accept.ts';
import { deliveryIdOf } from '../../deliveries/delivery-id.ts';
import { type RememberDeps, remember } from '../../deliveries/remember.ts';
import { type ParsedDelivery, readAlerts } from '../../domain/intake/formats.ts';
import { parseBody } from '../../domain/intake/json.ts';
import type { HookRequest, Receipt } from '../../domain/intake/receipt.ts';
import { fewerAlerts, HookRefusal } from '../../domain/intake/refusal.ts';
import { hookStrength } from '../../domain/signature/auth.ts';
import type { Verified } from '../../domain/signature/verify.ts';
import { errorNameOf } from '../../domain/task/errors.ts';
import { sha256 } from '../../domain/text/digest.ts';
import type { Webhook } from '../../domain/webhook/webhook.ts';
import type { Clock, RateLimit, WebhookSecretReader, WebhookStore } from '../../ports.ts';
import { authenticate } from './authenticate.ts';

export interface ReceiveAlertDeps extends AcceptDeps, RememberDeps {
  webhooks: Pick<WebhookStore, 'findByKey'>;
  secrets: WebhookSecretReader;
  limit: RateLimit;
  clock: Pick<Clock, 'now'>;
  newDeliveryId(): string;
}

/**
 * Authenticates, parses, normalises and queues one delivery. Throws only where nothing was stored, or nobody knows
 * whether it was: then the sender has to try again.
 */
export async function receiveAlert(deps: ReceiveAlertDeps, request: HookRequest): Promise<Receipt> {
  const now = deps.clock.now();
  if (request.body.byteLength > limits.hookBodyBytes) return { refusal: tooLarge() };
  const webhook = await deps.webhooks.findByKey(request.webhookKey);
  const receipt = await receiveBy(deps, webhook, request, now);
  if (!webhook || !('refusal' in receipt) || receipt.refusal.status !== BAD_REQUEST) return receipt;
  // Senders drop what is refused, so nothing is refused by settings that were changed seconds ago.
  const stored = await deps.webhooks.findByKey(request.webhookKey, { fresh: true });
  return stored?.updatedAt === webhook.updatedAt ? receipt : receiveBy(deps, stored, request, now);
}

/** The status of a body that does not fit how the webhook is set. */
const BAD_REQUEST = 400;

async function receiveBy(
  deps: ReceiveAlertDeps,
  webhook: Webhook | undefined,
  request: HookRequest,
  now: Date,
): Promise<Receipt> {
  if (!webhook?.enabled) return { refusal: unknownHook() };
  const verified = await authenticate(deps.secrets, webhook, request, now);
  if (verified instanceof HookRefusal) return refused(verified, webhook);
  const busy = await throttled(deps, webhook);
  if (busy) return refused(busy, webhook);
  return receiveVerified(deps, webhook, request, verified, now);
}

async function receiveVerified(
  deps: ReceiveAlertDeps,
  webhook: Webhook,
  request: HookRequest,
  verified: Verified,
  now: Date,
): Promise<Receipt> {
  const body = parseBody(request.body, request.contentType);
  if (body instanceof HookRefusal) return refused(body, webhook);
  const parsed = readAlerts(body, webhook.provider, webhook);
  if (parsed instanceof HookRefusal) return refused(parsed, webhook);
  if ('nothing' in parsed) return { ...parsed, webhook: idsOf(webhook) };

  const bodySha256 = sha256(request.body);
  const deliveryKey = verified.deliveryKey ?? unsignedKeyOf(parsed, bodySha256) ?? verified.copyKey;
  const deliveryId = deliveryKey === undefined ? deps.newDeliveryId() : deliveryIdOf(webhook.id, deliveryKey);
  const strength = hookStrength(webhook.auth);
  const isRepeat = deliveryKey !== undefined && (await deps.memory.has(deliveryId));
  const envelope = {
    deliveryId,
    relayId: webhook.relayId,
    webhookId: webhook.id,
    format: parsed.format,
    receivedAt: now.toISOString(),
    bodySha256,
    ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
  };
  if (isRepeat) {
    // Queued all the same, under an id of its own: whatever is accepted is counted.
    const repeat = { ...envelope, deliveryId: deps.newDeliveryId(), repeatOf: deliveryId };
    const counted = await accept(deps, repeat, parsed.occurrences, strength);
    return counted instanceof HookRefusal
      ? refused(counted, webhook)
      : { repeated: { deliveryId }, webhook: idsOf(webhook) };
  }
  const accepted = await accept(deps, envelope, parsed.occurrences, strength);
  if (accepted instanceof HookRefusal) return refused(accepted, webhook);
  if (deliveryKey !== undefined) await remember(deps, deliveryId, webhook.id, now);
  return accepted;
}

/**
 * One hook takes no room from the others. Only what its sender has proved counts, so a stranger uses nothing up; and a
 * counter that cannot be written lets it in, for senders drop alerts on a refusal.
 */
async function throttled({ limit, log }: ReceiveAlertDeps, { id }: Webhook): Promise<HookRefusal | undefined> {
  try {
    const seconds = await limit.take(`hook#${id}`);
    return seconds === undefined ? undefined : tooMany(seconds);
  } catch (error) {
    log.warn('Delivery not counted for its hook', { guard: 'hook_rate', webhookId: id, error: errorNameOf(error) });
    return undefined;
  }
}

/**
 * By the sender's own id and the body: a sender that gives every delivery the same id, such as that of its incident, is
 * not silenced by it.
 */
const unsignedKeyOf = ({ format, deliveryKey }: ParsedDelivery, bodySha256: string): string | undefined =>
  deliveryKey === undefined ? undefined : JSON.stringify([format, deliveryKey, bodySha256]);

const refused = (refusal: HookRefusal, webhook: Webhook): Receipt => ({ refusal, webhook: idsOf(webhook) });

const idsOf = ({ id, relayId }: Webhook): { id: string; relayId: string } => ({ id, relayId });

/** The same for a key that nobody knows and one that is switched off. */
const unknownHook = () => new HookRefusal('unknown_hook', 'There is no such hook, or it is switched off.');

const tooMany = (seconds: number) =>
  new HookRefusal('too_many_requests', `The hook is used too often. Wait ${seconds} s.`, [], seconds);

const tooLarge = () =>
  new HookRefusal('body_too_large', `The body is larger than ${limits.hookBodyBytes} bytes. ${fewerAlerts}`);
