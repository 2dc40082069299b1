import { createHash } from 'node:crypto';
import type { AlertOccurrence } from '../contract/alert.ts';
import type { Delivery } from '../contract/delivery.ts';
import { limits } from '../contract/limits.ts';
import { readAlerts } from '../domain/intake/formats.ts';
import { parseBody } from '../domain/intake/json.ts';
import type { HookRequest, Receipt } from '../domain/intake/receipt.ts';
import { Refusal } from '../domain/intake/refusal.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { AlertStore, Clock, DeliveryQueue, WebhookStore } from '../ports.ts';
import { identify } from './identify.ts';

export interface ReceiveAlertDeps {
  webhooks: Pick<WebhookStore, 'findByKey'>;
  alerts: Pick<AlertStore, 'latestOf'>;
  queue: DeliveryQueue;
  clock: Pick<Clock, 'now'>;
  newDeliveryId(): string;
}

/**
 * Authenticates, parses, normalises and queues one delivery. Throws only where nothing was stored, or nobody knows
 * whether it was: then the sender has to try again.
 */
export async function receiveAlert(deps: ReceiveAlertDeps, request: HookRequest): Promise<Receipt> {
  const receivedAt = deps.clock.now().toISOString();
  if (request.body.byteLength > limits.hookBodyBytes) return { refusal: tooLarge() };
  // The look-up is under way while the body is read; both are done for any key, so the time tells nothing about keys.
  const search = deps.webhooks.findByKey(request.webhookKey);
  const body = parseBody(request.body, request.contentType);
  const webhook = await search;
  const reading = body instanceof Refusal ? body : readAlerts(body, webhook?.provider ?? null);
  if (!webhook?.enabled) return { refusal: unknownHook() };
  if (reading instanceof Refusal) return refused(reading, webhook);

  const ids = await identify(deps.alerts, webhook.relayId, reading.occurrences);
  const items = reading.occurrences.map((occurrence, index) => ({ alertId: ids[index] ?? '', occurrence }));
  const delivery: Delivery = {
    deliveryId: deps.newDeliveryId(),
    relayId: webhook.relayId,
    webhookId: webhook.id,
    format: reading.format,
    receivedAt,
    bodySha256: createHash('sha256').update(request.body).digest('hex'),
    items: withoutCopies(items),
  };
  const bytes = Buffer.byteLength(JSON.stringify(delivery));
  if (bytes > limits.queueMessageBytes) return refused(tooLargeToQueue(bytes), webhook);
  await deps.queue.send(delivery);
  return { delivery, alertIds: ids };
}

/**
 * Every entry is kept, for each is counted; only an exact copy within one delivery says nothing at all. A firing entry and
 * the resolved one after it differ, and so do two that differ in any text.
 */
function withoutCopies<Item extends { alertId: string; occurrence: AlertOccurrence }>(items: Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

const refused = (refusal: Refusal, { id, relayId }: Webhook): Receipt => ({ refusal, webhook: { id, relayId } });

/** The same for a key that nobody knows and one that is switched off. */
const unknownHook = () => new Refusal('unknown_hook', 'There is no such hook, or it is switched off.');

const tooLarge = () => new Refusal('body_too_large', `The body is larger than ${limits.hookBodyBytes} bytes.`);

const tooLargeToQueue = (bytes: number) =>
  new Refusal(
    'delivery_too_large',
    `The delivery takes ${bytes} bytes in the queue, which holds ${limits.queueMessageBytes}. Nothing of it was taken. ` +
      'Group the alerts finer, so that each delivery holds fewer.',
  );
