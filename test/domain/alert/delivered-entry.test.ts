import { describe, expect, test } from 'vitest';
import { alertSchema } from '../../../functions/domain/alert/alert.ts';
import { alertOf, type DeliveredEntry, entriesByIncident } from '../../../functions/domain/alert/delivered-entry.ts';
import {
  alertId,
  receivedAt,
  sampleAlert,
  sampleDelivery,
  sampleOccurrence,
  withoutStart,
} from '../../support/fakes/alert-samples.ts';

const item = (id: string, fingerprint: string, status: 'firing' | 'resolved' = 'firing') => ({
  alertId: id,
  occurrence: sampleOccurrence({ fingerprint, status }),
});
const shown = (groups: DeliveredEntry[][]) =>
  groups.map((entries) =>
    entries.map(({ delivery, alertId: id, occurrence }) => `${delivery.deliveryId} ${id} ${occurrence.status}`),
  );

describe('entries by incident', () => {
  test('come one group per incident, in the order of receipt', () => {
    const late = sampleDelivery({
      deliveryId: 'dlv_2',
      receivedAt: '2027-03-01T12:10:00.000Z',
      items: [item('alr_b', 'v1:b'), item('alr_a', 'v1:a', 'resolved')],
    });
    const early = sampleDelivery({ items: [item('alr_a', 'v1:a'), item('alr_c', 'v1:c')] });
    const elsewhere = sampleDelivery({ deliveryId: 'dlv_3', relayId: 'rly_2', items: [item('alr_d', 'v1:a')] });
    expect(shown(entriesByIncident([late, early, elsewhere]))).toEqual([
      ['dlv_1 alr_a firing', 'dlv_2 alr_a resolved'],
      ['dlv_1 alr_c firing'],
      ['dlv_3 alr_d firing'],
      ['dlv_2 alr_b firing'],
    ]);
  });

  test('fold what one delivery says twice, and nothing across deliveries', () => {
    const items = [
      item('alr_a', 'v1:a'),
      item('alr_a', 'v1:a'),
      item('alr_a', 'v1:a', 'resolved'),
      item('alr_b', 'v1:a'),
    ];
    const twice = entriesByIncident([sampleDelivery({ items }), sampleDelivery({ items: items.slice(0, 1) })]);
    expect(shown(twice)).toEqual([
      ['dlv_1 alr_a firing', 'dlv_1 alr_a resolved', 'dlv_1 alr_b firing', 'dlv_1 alr_a firing'],
    ]);
  });
});

describe('the alert of an entry', () => {
  const entry = { delivery: sampleDelivery(), alertId, occurrence: sampleOccurrence() };

  test('is open when it fires', () => {
    const alert = alertOf(entry, alertId);
    expect(alert).toEqual(sampleAlert());
    expect(alertSchema.parse(alert)).toEqual(alert);
  });

  test('is closed when the entry is resolved', () => {
    const occurrence = sampleOccurrence({ status: 'resolved' });
    const closed = { resolvedAt: receivedAt, resolvedBy: 'monitoring_system', resolvedByProvider: 'alertmanager' };
    expect(alertOf({ ...entry, occurrence }, alertId)).toEqual({ ...sampleAlert(), ...closed });
  });

  test('is open and acknowledged when somebody has it, and over when it is a test', () => {
    const told = (status: 'acknowledged' | 'test') =>
      alertOf({ ...entry, occurrence: sampleOccurrence({ status }) }, alertId);
    const acknowledgement = {
      acknowledgedAt: receivedAt,
      acknowledgedBy: 'monitoring_system',
      acknowledgementSaidAt: receivedAt,
    };
    expect(told('acknowledged')).toEqual({ ...sampleAlert(), ...acknowledgement });
    expect(told('test')).toMatchObject({ resolvedAt: receivedAt });
  });

  test('began when it was received where the sender gives no start', () => {
    expect(alertOf({ ...entry, occurrence: withoutStart() }, 'alr_1')).toEqual(
      sampleAlert({ id: 'alr_1', startsAt: receivedAt }),
    );
  });
});
