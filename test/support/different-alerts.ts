import type { Delivery } from '../../functions/contract/delivery.ts';
import { alertIdOf } from '../../functions/domain/alert/alert-id.ts';
import { receivedAt, relayId, sampleDelivery, sampleOccurrence } from './fakes/alert-samples.ts';

/** Deliveries of alerts that have nothing in common, a few to each, evenly over the time. */
export function differentAlerts(
  count: number,
  perDelivery: number,
  overMs: number,
): [atMs: number, delivery: Delivery][] {
  const names = Array.from({ length: count }, (_, index) => `alert-${index}`);
  const deliveries = Math.ceil(count / perDelivery);
  return Array.from({ length: deliveries }, (_, index) => {
    const atMs = Math.floor((index * overMs) / deliveries);
    const startsAt = new Date(Date.parse(receivedAt) + atMs).toISOString();
    const items = names.slice(index * perDelivery, (index + 1) * perDelivery).map((name) => {
      const fingerprint = `v1:${name}`;
      const occurrence = sampleOccurrence({ fingerprint, title: `${name}-x is down`, severity: 'high', startsAt });
      return { alertId: alertIdOf({ relayId, fingerprint, startsAt }), occurrence };
    });
    return [atMs, sampleDelivery({ deliveryId: `dlv_${index}`, receivedAt: startsAt, items })];
  });
}
