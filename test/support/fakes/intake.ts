import type { Delivery } from '../../../functions/contract/delivery.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import type { DeliveryQueue, WebhookStore } from '../../../functions/ports.ts';
import { late } from './late.ts';

export const sampleWebhook = (changes: Partial<Webhook> = {}): Webhook => ({
  id: 'wh_1',
  relayId: 'rly_1',
  webhookKey: 'key-1',
  provider: null,
  enabled: true,
  createdAt: '2027-03-01T11:00:00.000Z',
  updatedAt: '2027-03-01T11:00:00.000Z',
  ...changes,
});

/** One alert of Alertmanager; `changes` replaces fields. */
export const alertmanagerEntry = (changes: object = {}): object => ({
  status: 'firing',
  labels: { alertname: 'CheckoutTotalsWrong', severity: 'critical', service: 'checkout', env: 'production' },
  annotations: {
    summary: 'Checkout totals are wrong',
    description: 'Totals exceed the cart value.',
    runbook_url: 'https://runbooks.example.com/checkout-totals',
    owner: 'team-shop',
  },
  startsAt: '2027-03-01T11:59:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example.com/graph',
  fingerprint: 'b1946ac92492d234',
  ...changes,
});

/** What Alertmanager posts for the given alerts. */
export const alertmanagerBody = (alerts: object[] = [alertmanagerEntry()], changes: object = {}): object => ({
  version: '4',
  groupKey: '{}:{alertname="CheckoutTotalsWrong"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'opencode-relay',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example.com',
  alerts,
  ...changes,
});

export const bytesOf = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));

export const fakeWebhooks = (...webhooks: Webhook[]): Pick<WebhookStore, 'findByKey'> =>
  late<Pick<WebhookStore, 'findByKey'>>({
    findByKey: async (key) => webhooks.find(({ webhookKey }) => webhookKey === key),
  });

export function fakeQueue(): DeliveryQueue & { sent: Delivery[] } {
  const sent: Delivery[] = [];
  return late({
    sent,
    send: async (delivery: Delivery) => {
      sent.push(delivery);
    },
  });
}
