import type { Receipt } from '../../functions/domain/intake/receipt.ts';
import type { Refusal } from '../../functions/domain/intake/refusal.ts';
import { type ReceiveAlertDeps, receiveAlert } from '../../functions/receive-alert/receive-alert.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { bytesOf, fakeQueue, fakeWebhooks, sampleWebhook } from '../support/fakes/intake.ts';

/** The use case with one webhook, an empty queue and no alert. */
export function prepare(changes: Partial<ReceiveAlertDeps> = {}) {
  const queue = fakeQueue();
  let deliveries = 0;
  const deps: ReceiveAlertDeps = {
    webhooks: fakeWebhooks(sampleWebhook()),
    alerts: { latestOf: async () => undefined },
    queue,
    clock: fakeClock(),
    newDeliveryId: () => `dlv_${++deliveries}`,
    ...changes,
  };
  const post = (body: unknown, webhookKey = 'key-1') =>
    receiveAlert(deps, { webhookKey, body: bytesOf(body), contentType: 'application/json' });
  return { sent: queue.sent, post };
}

export function refusalOf(receipt: Receipt): Refusal {
  if (!('refusal' in receipt)) throw new Error('The delivery was taken');
  return receipt.refusal;
}
