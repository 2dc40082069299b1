import { expect, test } from 'vitest';
import { newMemoryWorld } from '../../../functions/adapters/memory/stores.ts';
import { fingerprint, relayId, sampleAlert } from '../../support/fakes/alert-samples.ts';
import { fakeLooks } from '../../support/fakes/looks.ts';

const at = '2027-03-01T12:00:00.000Z';
const stored = sampleAlert({ id: 'alr_stored', startsAt: '2027-03-01T11:00:00.000Z' });
const later = sampleAlert({ id: 'alr_later', startsAt: '2027-03-01T12:30:00+01:00' });
const earlier = sampleAlert({ id: 'alr_earlier', startsAt: '2027-03-01T10:00:00.000Z' });

const prepare = () => {
  const { incidents } = fakeLooks([stored]);
  return { incidents, alerts: newMemoryWorld({ alerts: incidents }).alerts };
};

test('what is created is found, here and not below, and the newest of its incident is the one that began last', async () => {
  const { alerts, incidents } = prepare();
  expect(await alerts.latestOf(relayId, fingerprint)).toEqual(stored);
  expect(await alerts.create(earlier)).toBe(true);
  expect(await alerts.latestOf(relayId, fingerprint)).toEqual(stored);
  expect(await alerts.create(later)).toBe(true);
  expect(await alerts.latestOf(relayId, fingerprint)).toEqual(later);
  expect([await alerts.get('alr_later'), await alerts.get('alr_earlier')]).toEqual([later, earlier]);
  expect(await incidents.get('alr_later')).toBeUndefined();
});

test('what is there already stands', async () => {
  const { alerts } = prepare();
  expect(await alerts.create({ ...stored, title: 'Another' })).toBe(false);
  expect(await alerts.get(stored.id)).toEqual(stored);
});

test('marks are kept on top, and the first of each stands', async () => {
  const { alerts, incidents } = prepare();
  for (const time of [at, '2027-03-01T13:00:00.000Z']) {
    await alerts.markRouted(stored.id, time);
    await alerts.acknowledge(stored.id, time, `by ${time}`);
    await alerts.resolve(stored.id, time, `by ${time}`);
  }
  expect(await alerts.get(stored.id)).toMatchObject({
    routedAt: at,
    acknowledgedAt: at,
    acknowledgedBy: `by ${at}`,
    resolvedAt: at,
    resolvedBy: 'monitoring_system',
    resolvedByProvider: `by ${at}`,
  });
  expect(await incidents.get(stored.id)).toEqual(stored);
});

test('a mark of an unknown alert is none', async () => {
  const { alerts } = prepare();
  await alerts.resolve('alr_unknown', at, 'prometheus');
  expect(await alerts.get('alr_unknown')).toBeUndefined();
});
