import { describe, expect, test } from 'vitest';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import { alertIdOf, nextAlertIdOf } from '../../functions/domain/alert-id.ts';
import { identify } from '../../functions/receive-alert/identify.ts';
import { unexpected } from '../support/fakes/recorded.ts';
import { sampleAlert } from '../support/fakes/routing-samples.ts';

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
    expect(await identify(alerts, relayId, [occurrence('a', startsAt)])).toEqual([
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
    );
    const first = nextAlertIdOf({ relayId, fingerprint: 'new', previousAlertId: null });
    expect(ids).toEqual([
      first,
      nextAlertIdOf({ relayId, fingerprint: 'resolved', previousAlertId: 'alr_resolved' }),
      'alr_open',
      first,
    ]);
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
    );
    expect(asked.sort()).toEqual([...new Set(keys)].sort());
    expect(most).toBe(25);
    expect(ids.slice(0, 100)).toEqual(ids.slice(100, 200));
    expect(new Set(ids).size).toBe(100);
  });

  test('a look-up that fails is the caller’s to see', async () => {
    const alerts = { latestOf: () => Promise.reject(new Error('throttled')) };
    await expect(identify(alerts, relayId, [occurrence('a'), occurrence('b')])).rejects.toThrow('throttled');
  });
});
