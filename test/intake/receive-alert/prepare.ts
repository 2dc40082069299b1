import type { Receipt } from '../../../functions/domain/intake/receipt.ts';
import type { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import { type ReceiveAlertDeps, receiveAlert } from '../../../functions/intake/receive-alert/receive-alert.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { bytesOf, fakeQueue, fakeWebhooks, sampleWebhook } from '../../support/fakes/intake.ts';
import { unexpected } from '../../support/fakes/recorded.ts';
import { fakeLog } from '../../support/fakes/stores.ts';

/** The use case with one webhook, an empty queue and no alert. What only a signed delivery needs is not there. */
export function prepare(changes: Partial<ReceiveAlertDeps> = {}) {
  const queue = fakeQueue();
  const log = fakeLog();
  let deliveries = 0;
  const deps: ReceiveAlertDeps = {
    webhooks: fakeWebhooks(sampleWebhook()),
    alerts: { latestOf: async () => undefined },
    queue,
    secrets: { read: () => unexpected('read') },
    memory: { has: () => unexpected('has'), remember: () => unexpected('remember') },
    limit: { take: async () => undefined },
    clock: fakeClock(),
    log,
    newDeliveryId: () => `dlv_${++deliveries}`,
    ...changes,
  };
  const post = (body: unknown, webhookKey = 'key-1', headers: Record<string, string> = {}) =>
    receiveAlert(deps, { webhookKey, body: bytesOf(body), contentType: 'application/json', headers });
  return { sent: queue.sent, warnings: log.warnings, post };
}

export function refusalOf(receipt: Receipt): HookRefusal {
  if (!('refusal' in receipt)) throw new Error('The delivery was taken');
  return receipt.refusal;
}
