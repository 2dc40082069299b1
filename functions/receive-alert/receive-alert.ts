import { createHash } from 'node:crypto';
import { limits } from '../contract/limits.ts';
import { readAlerts } from '../domain/intake/formats.ts';
import { parseBody } from '../domain/intake/json.ts';
import type { HookRequest, Receipt } from '../domain/intake/receipt.ts';
import { Refusal } from '../domain/intake/refusal.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { Clock, DeliveryMemory, Log, WebhookSecretReader, WebhookStore } from '../ports.ts';
import { type AcceptDeps, accept } from './accept.ts';
import { authenticate } from './authenticate.ts';
import { deliveryIdOf } from './delivery-id.ts';

export interface ReceiveAlertDeps extends AcceptDeps {
  webhooks: Pick<WebhookStore, 'findByKey'>;
  secrets: WebhookSecretReader;
  memory: DeliveryMemory;
  clock: Pick<Clock, 'now'>;
  log: Log;
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
  if (!webhook?.enabled) return { refusal: unknownHook() };
  const verified = await authenticate(deps.secrets, webhook, request, now);
  if (verified instanceof Refusal) return refused(verified, webhook);
  const { deliveryKey } = verified;
  if (deliveryKey === undefined) return receiveVerified(deps, webhook, request, deps.newDeliveryId(), now);

  const deliveryId = deliveryIdOf(webhook.id, deliveryKey);
  if (await deps.memory.has(deliveryId)) return { repeated: { deliveryId }, webhook: idsOf(webhook) };
  const receipt = await receiveVerified(deps, webhook, request, deliveryId, now);
  if ('delivery' in receipt) await remember(deps, deliveryId, webhook, now);
  return receipt;
}

async function receiveVerified(
  deps: AcceptDeps,
  webhook: Webhook,
  request: HookRequest,
  deliveryId: string,
  now: Date,
): Promise<Receipt> {
  const body = parseBody(request.body, request.contentType);
  if (body instanceof Refusal) return refused(body, webhook);
  const reading = readAlerts(body, webhook.provider, webhook);
  if (reading instanceof Refusal) return refused(reading, webhook);
  if ('nothing' in reading) return { ...reading, webhook: idsOf(webhook) };

  const envelope = {
    deliveryId,
    relayId: webhook.relayId,
    webhookId: webhook.id,
    format: reading.format,
    receivedAt: now.toISOString(),
    bodySha256: createHash('sha256').update(request.body).digest('hex'),
  };
  const accepted = await accept(deps, envelope, reading.occurrences);
  return accepted instanceof Refusal ? refused(accepted, webhook) : accepted;
}

/**
 * Only what is queued is remembered, or a repeat after a failure would be lost. The delivery is stored by now, so a memory
 * that fails is no reason to ask for it again: a repeat has the same id, and routing counts it once.
 */
async function remember(
  { memory, log }: Pick<ReceiveAlertDeps, 'memory' | 'log'>,
  deliveryId: string,
  webhook: Webhook,
  now: Date,
): Promise<void> {
  try {
    await memory.remember(deliveryId, now);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    log.warn('Delivery not remembered', { deliveryId, webhookId: webhook.id, error: name });
  }
}

const refused = (refusal: Refusal, webhook: Webhook): Receipt => ({ refusal, webhook: idsOf(webhook) });

const idsOf = ({ id, relayId }: Webhook): { id: string; relayId: string } => ({ id, relayId });

/** The same for a key that nobody knows and one that is switched off. */
const unknownHook = () => new Refusal('unknown_hook', 'There is no such hook, or it is switched off.');

const tooLarge = () => new Refusal('body_too_large', `The body is larger than ${limits.hookBodyBytes} bytes.`);
