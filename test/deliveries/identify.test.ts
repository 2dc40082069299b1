import { describe, expect, test } from 'vitest';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import { identify } from '../../functions/deliveries/identify.ts';
import { alertIdOf, nextAlertIdOf } from '../../functions/domain/alert/alert-id.ts';
import { receivedAt, sampleAlert } from '../support/fakes/alert-samples.ts';
import { unexpected } from '../support/fakes/recorded.ts';

const relayId = 'rly_1';
const occurrence = (fingerprint: string, startsAt?: string): AlertOccurrence => ({
  status: 'firing',
  title: 'Disk full',
  severity: 'high',
  source: 'cron',
  fingerprint,
  startsAt,
  links: {},
  labels: {},
  metadata: {},
});

describe('alert of an occurrence', () => {
  test('a start makes the id, without a look-up', async () => {
    const startsAt = '2027-03-01T12:00:00.000Z';
    const alerts = { latestOf: () => unexpected('latestOf') };
    expect(await identify(alerts, relayId, [occurrence('a', startsAt)], receivedAt)).toEqual([
      alertIdOf({ relayId, fingerprint: 'a', startsAt }),
    ]);
  });

  test('without a start: the open alert, or the one after the newest', async () => {
    const latest = new Map([
      ['open', sampleAlert({ id: 'alr_open' })],
      ['resolved', sampleAlert({ id: 'alr_resolved', resolvedAt: '2027-03-01T12:00:00.000Z' })],
    ]);
    const alerts = { latestOf: async (_: string, fingerprint: string) => latest.get(fingerprint) };
    const ids = await identify(
      alerts,
      relayId,
      ['new', 'resolved', 'open', 'new'].map((key) => occurrence(key)),
      receivedAt,
    );
    const first = nextAlertIdOf({ relayId, fingerprint: 'new', previousAlertId: null });
    expect(ids).toEqual([
      first,
      nextAlertIdOf({ relayId, fingerprint: 'resolved', previousAlertId: 'alr_resolved' }),
      'alr_open',
      first,
    ]);
  });

  test('without a start: what has been open for a day is over, and the next alert begins', async () => {
    const open = sampleAlert({ id: 'alr_open', createdAt: '2027-03-01T12:00:00.000Z' });
    const alerts = { latestOf: async () => open };
    const idAt = async (at: string) => (await identify(alerts, relayId, [occurrence('a')], at))[0];
    expect(await idAt('2027-03-02T11:59:59.999Z')).toBe('alr_open');
    const next = nextAlertIdOf({ relayId, fingerprint: 'a', previousAlertId: 'alr_open' });
    expect(await idAt('2027-03-02T12:00:00.000Z')).toBe(next);
  });

  test('each incident is looked up once, 25 at a time', async () => {
    let running = 0;
    let most = 0;
    const asked: string[] = [];
    const alerts = {
      latestOf: async (_: string, fingerprint: string) => {
        asked.push(fingerprint);
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        return undefined;
      },
    };
    const keys = Array.from({ length: 300 }, (_, index) => `key ${index % 100}`);
    const ids = await identify(
      alerts,
      relayId,
      keys.map((key) => occurrence(key)),
      receivedAt,
    );
    expect(asked.sort()).toEqual([...new Set(keys)].sort());
    expect(most).toBe(25);
    expect(ids.slice(0, 100)).toEqual(ids.slice(100, 200));
    expect(new Set(ids).size).toBe(100);
  });

  test('a look-up that fails is the caller’s to see', async () => {
    const alerts = { latestOf: () => Promise.reject(new Error('throttled')) };
    await expect(identify(alerts, relayId, [occurrence('a'), occurrence('b')], receivedAt)).rejects.toThrow(
      'throttled',
    );
  });
});
