import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import type { AlertStore } from '../../../functions/ports.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { storeKinds } from '../../support/store-kinds.ts';

const at = '2027-03-01T12:30:00.000Z';

describe.each(storeKinds)('alert store in $kind', ({ kind, start }) => {
  let stop: () => Promise<void>;
  let table: Table | undefined;
  let alerts: AlertStore;
  let count = 0;
  let fingerprint = '';

  beforeAll(async () => {
    const started = await start();
    ({ table, stop } = started);
    ({ alerts } = started.stores);
  });
  afterAll(() => stop());
  beforeEach(() => {
    fingerprint = `v1:${count++}`;
  });
  const newAlert = (changes: Partial<Alert> = {}) => sampleAlert({ id: `alr_${fingerprint}`, fingerprint, ...changes });
  const latest = async () => (await alerts.latestOf('rly_1', fingerprint))?.id;

  test('gives back what was stored', async () => {
    const alert = newAlert();
    expect(await alerts.create(alert)).toBe(true);
    expect(await alerts.get(alert.id)).toEqual(alert);
    expect(await alerts.get('alr_unknown')).toBeUndefined();
  });

  test('keeps whatever a sender may put into its labels, links and metadata', async () => {
    let deep: unknown = 'end';
    for (let depth = 0; depth < 40; depth++) deep = [deep];
    const alert = newAlert({
      labels: { '': 'empty name', z: '', a: 'order stays' },
      links: { '': 'https://example.com' },
      metadata: { large: 1e300, precise: 0.1, deep, nothing: null, '': {} },
    });
    await alerts.create(alert);
    const stored = await alerts.get(alert.id);
    expect(stored).toEqual(alert);
    expect(Object.keys(stored?.labels ?? {})).toEqual(['', 'z', 'a']);
  });

  test('an alert that is there stands', async () => {
    const alert = newAlert();
    await alerts.create(alert);
    expect(await alerts.create({ ...alert, title: 'another' })).toBe(false);
    expect(await alerts.get(alert.id)).toEqual(alert);
  });

  test('knows the newest alert of an incident, by its start, whatever its state', async () => {
    expect(await latest()).toBeUndefined();
    await alerts.create(newAlert({ id: `${fingerprint}_2`, startsAt: '2027-03-02T00:00:00.000Z' }));
    expect(await latest()).toBe(`${fingerprint}_2`);
    // Later as a text, earlier as an instant.
    await alerts.create(newAlert({ id: `${fingerprint}_1`, startsAt: '2027-03-02T01:00:00.000+02:00' }));
    expect(await latest()).toBe(`${fingerprint}_2`);
    await alerts.create(newAlert({ id: `${fingerprint}_3`, startsAt: '2027-03-03T00:00:00.000Z', resolvedAt: at }));
    expect(await latest()).toBe(`${fingerprint}_3`);
    expect(await alerts.latestOf('rly_2', fingerprint)).toBeUndefined();
  });

  if (kind === 'DynamoDB')
    test('a creation that broke off between its two writes is mended by the next', async () => {
      const alert = newAlert();
      const { links, labels, metadata, ...rest } = alert;
      const Item = { ...keys.alert(alert.id), ...rest, contentJson: JSON.stringify({ links, labels, metadata }) };
      if (!table) throw new Error('No table');
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
      expect(await latest()).toBeUndefined();
      expect(await alerts.create(alert)).toBe(false);
      expect(await latest()).toBe(alert.id);
    });

  test('is routed once: the first time stands', async () => {
    const alert = newAlert();
    await alerts.create(alert);
    await alerts.markRouted(alert.id, '2027-03-01T12:00:01.000Z');
    await alerts.markRouted(alert.id, at);
    expect(await alerts.get(alert.id)).toEqual({ ...alert, routedAt: '2027-03-01T12:00:01.000Z' });
    await expect(alerts.markRouted('alr_unknown', at)).rejects.toThrow();
    expect(await alerts.get('alr_unknown')).toBeUndefined();
  });

  test('is acknowledged once, and only if it is known', async () => {
    const alert = newAlert();
    await alerts.create(alert);
    await alerts.acknowledge(alert.id, at, 'monitoring_system');
    await alerts.acknowledge(alert.id, '2027-03-01T13:00:00.000Z', 'alice');
    const acknowledged = { ...alert, updatedAt: at, acknowledgedAt: at, acknowledgedBy: 'monitoring_system' };
    expect(await alerts.get(alert.id)).toEqual(acknowledged);
    await alerts.acknowledge('alr_unknown', at, 'alice');
    expect(await alerts.get('alr_unknown')).toBeUndefined();
  });

  const [early, late] = ['2027-03-01T12:10:00.000Z', '2027-03-01T12:20:00.000Z'];
  const words: [
    what: string,
    said: [isAcknowledged: boolean, saidAt: string][],
    by: string | undefined,
    saidAt: string,
  ][] = [
    ['acknowledged', [[true, early]], 'monitoring_system', early],
    [
      'acknowledged twice',
      [
        [true, early],
        [true, late],
      ],
      'monitoring_system',
      late,
    ],
    [
      'acknowledged and left again',
      [
        [true, early],
        [false, late],
      ],
      undefined,
      late,
    ],
    [
      'left again, told before it was acknowledged',
      [
        [false, late],
        [true, early],
      ],
      undefined,
      late,
    ],
    [
      'acknowledged and left again at the same moment: as it came in',
      [
        [true, early],
        [false, early],
      ],
      undefined,
      early,
    ],
  ];
  test.each(words)('is %s, by what its monitoring system said last', async (_, said, by, saidAt) => {
    const alert = newAlert();
    await alerts.create(alert);
    for (const [isAcknowledged, when] of said) await alerts.sayAcknowledged(alert.id, isAcknowledged, at, when);
    const found = await alerts.get(alert.id);
    expect(found).toMatchObject({ acknowledgementSaidAt: saidAt, updatedAt: at });
    expect([found?.acknowledgedBy, found?.acknowledgedAt]).toEqual([by, by && at]);
    await alerts.sayAcknowledged('alr_unknown', true, at, late);
    expect(await alerts.get('alr_unknown')).toBeUndefined();
  });

  test('stays acknowledged by a person, whatever the monitoring system says', async () => {
    const alert = newAlert();
    await alerts.create(alert);
    await alerts.acknowledge(alert.id, at, 'alice');
    await alerts.sayAcknowledged(alert.id, true, at, early);
    await alerts.sayAcknowledged(alert.id, false, at, late);
    expect(await alerts.get(alert.id)).toMatchObject({ acknowledgedBy: 'alice', acknowledgedAt: at });
  });

  test("keeps the sender's own time of the end beside ours", async () => {
    const alert = newAlert({ occurredAt: '2027-03-01T12:01:00.000Z' });
    await alerts.create(alert);
    await alerts.resolve(alert.id, at, 'pagerduty', '2027-03-01T12:29:00.000Z');
    expect(await alerts.get(alert.id)).toMatchObject({
      occurredAt: '2027-03-01T12:01:00.000Z',
      resolvedAt: at,
      resolutionOccurredAt: '2027-03-01T12:29:00.000Z',
    });
  });

  test('is told in other words, also once it is routed, and only if it is known', async () => {
    const { title: _, ...alert } = newAlert({ service: 'checkout' });
    await alerts.create({ ...alert, title: 'INC-7' });
    const { message, severity, links, metadata } = alert;
    const words = {
      title: 'Disk full',
      message,
      severity,
      source: 'generic',
      links,
      labels: { a: '1' },
      metadata,
      updatedAt: at,
    };
    await alerts.updateContent(alert.id, words);
    expect(await alerts.get(alert.id)).toEqual({ ...alert, ...words });
    await alerts.markRouted(alert.id, at);
    const news = { ...words, severity: 'low' as const, firstSeverity: severity, newsOccurredAt: at };
    await alerts.updateContent(alert.id, news);
    expect(await alerts.get(alert.id)).toEqual({ ...alert, ...news, routedAt: at });
    await alerts.updateContent('alr_unknown', words);
    expect(await alerts.get('alr_unknown')).toBeUndefined();
  });

  test('is resolved once, and only if it is known', async () => {
    const alert = newAlert();
    await alerts.create(alert);
    await alerts.resolve(alert.id, at, 'alertmanager');
    await alerts.resolve(alert.id, '2027-03-01T13:00:00.000Z', 'generic');
    expect(await alerts.get(alert.id)).toEqual({
      ...alert,
      resolvedAt: at,
      updatedAt: at,
      resolvedBy: 'monitoring_system',
      resolvedByProvider: 'alertmanager',
    });
    await alerts.resolve('alr_unknown', at, 'alertmanager');
    expect(await alerts.get('alr_unknown')).toBeUndefined();
  });
});
