import type { AlertOccurrence } from '../../../functions/contract/alert.ts';
import type { Delivery } from '../../../functions/contract/delivery.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import { alertIdOf } from '../../../functions/domain/alert/alert-id.ts';
import type { Integration } from '../../../functions/domain/rule/integration.ts';
import type { Relay } from '../../../functions/domain/rule/relay.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';

export const relayId = 'rly_1';
export const fingerprint = 'v1:checkout';
const startsAt = '2027-03-01T11:59:00.000Z';
export const receivedAt = '2027-03-01T12:00:00.000Z';
/** Of the sample occurrence, by its start. */
export const alertId = alertIdOf({ relayId, fingerprint, startsAt });

export const sampleRelay: Relay = {
  id: relayId,
  name: 'Production',
  description: '',
  repeatPolicy: 'none',
  createdBy: 'admin',
  createdAt: '2027-01-01T00:00:00.000Z',
  updatedAt: '2027-01-01T00:00:00.000Z',
};

export const sampleIntegration: Integration = {
  id: 'int_1',
  name: 'OpenCode',
  provider: 'opencode',
  metadata: { username: 'opencode' },
  createdBy: 'admin',
  createdAt: '2027-01-01T00:00:00.000Z',
  updatedAt: '2027-01-01T00:00:00.000Z',
};

export const sampleConfig = {
  agentType: 'opencode',
  integrationId: sampleIntegration.id,
  endpoint: 'https://opencode.internal.corp:4096',
};

export const sampleRule = (changes: Partial<Rule> = {}, config: object = {}): Rule => ({
  id: 'rul_1',
  relayId,
  name: 'Fix checkout',
  // Each in a group of its own: they run side by side.
  group: changes.id ?? 'default',
  order: 0,
  delayMinutes: 0,
  ruleType: 'agent',
  configJson: JSON.stringify({ ...sampleConfig, ...config }),
  enabled: true,
  version: 3,
  createdBy: 'admin',
  updatedBy: 'admin',
  createdAt: '2027-01-01T00:00:00.000Z',
  updatedAt: '2027-01-01T00:00:00.000Z',
  ...changes,
});

export const sampleOccurrence = (changes: Partial<AlertOccurrence> = {}): AlertOccurrence => ({
  status: 'firing',
  title: 'Checkout error rate above 5 %',
  message: 'since the last deployment',
  severity: 'critical',
  source: 'prometheus',
  fingerprint,
  startsAt,
  links: {},
  labels: { alertname: 'CheckoutErrors' },
  metadata: {},
  ...changes,
});

/** An occurrence whose sender gives no start. */
export function withoutStart(changes: Partial<AlertOccurrence> = {}): AlertOccurrence {
  const { startsAt: _, ...occurrence } = sampleOccurrence(changes);
  return occurrence;
}

export function sampleDelivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    deliveryId: 'dlv_1',
    relayId,
    webhookId: 'wh_1',
    format: 'alertmanager',
    receivedAt,
    bodySha256: '0'.repeat(64),
    items: [{ alertId, occurrence: sampleOccurrence() }],
    ...changes,
  };
}

export function sampleAlert(changes: Partial<Alert> = {}): Alert {
  const { status, ...content } = sampleOccurrence();
  return {
    ...content,
    id: alertId,
    relayId,
    webhookId: 'wh_1',
    deliveryId: 'dlv_1',
    format: 'alertmanager',
    startsAt,
    createdAt: receivedAt,
    updatedAt: receivedAt,
    ...changes,
  };
}
