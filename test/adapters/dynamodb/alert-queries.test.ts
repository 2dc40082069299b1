import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlertQueries } from '../../../functions/adapters/dynamodb/alert-queries.ts';
import { createAlertStore } from '../../../functions/adapters/dynamodb/alert-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import type { AlertQueries, AlertStore, ListPosition } from '../../../functions/ports.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { isLong } from '../../support/property-runs.ts';
import { startTable } from '../../support/table.ts';

const at = '2027-03-02T12:30:00.000Z';
const later = '2027-03-02T13:00:00.000Z';
const FIRST_MS = Date.parse('2027-03-01T12:00:00.000Z');

/** The alert number `index`, one a second; every third of the same millisecond as the one before. */
const alertNumber = (index: number, changes: Partial<Alert> = {}): Alert => {
  const createdAt = new Date(FIRST_MS + 1_000 * (index - (index % 3 === 2 ? 1 : 0))).toISOString();
  const id = `alr_${String(index).padStart(6, '0')}`;
  return sampleAlert({ id, fingerprint: `v1:${id}`, createdAt, updatedAt: createdAt, ...changes });
};

const newestFirst = (a: Alert, b: Alert) => (`${a.createdAt}#${a.id}` < `${b.createdAt}#${b.id}` ? 1 : -1);

async function store(alerts: AlertStore, list: Alert[]): Promise<void> {
  const waiting = list.values();
  const work = async () => {
    for (const alert of waiting) await alerts.create(alert);
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

async function take(desk: AlertQueries, state: 'all' | 'active' | 'resolved', count: number, before?: ListPosition) {
  const taken: Alert[] = [];
  for await (const alert of desk.listNewest(state, { before, expected: count })) {
    taken.push(alert);
    if (taken.length === count) break;
  }
  return taken;
}

describe('lists of alerts', () => {
  const COUNT = isLong ? 800 : 240;
  let stop: () => Promise<void>;
  let alerts: AlertStore;
  let desk: AlertQueries;
  const all = Array.from({ length: COUNT }, (_, index) =>
    alertNumber(index, index % 5 === 0 ? { resolvedAt: at, resolvedBy: 'monitoring_system' } : {}),
  ).sort(newestFirst);

  beforeAll(async () => {
    let table: Table;
    ({ table, stop } = await startTable());
    alerts = createAlertStore(table);
    desk = createAlertQueries(table);
    await store(alerts, all);
  }, 60_000);
  afterAll(() => stop());

  test('are in order across all partitions, each state on its own', async () => {
    expect(await take(desk, 'all', COUNT)).toEqual(all);
    expect(await take(desk, 'active', COUNT)).toEqual(all.filter(({ resolvedAt }) => resolvedAt === undefined));
    expect(await take(desk, 'resolved', COUNT)).toEqual(all.filter(({ resolvedAt }) => resolvedAt !== undefined));
  });

  test.each([1, 7, isLong ? 333 : 100])(
    'go on where a page of %i ended, with nothing twice and nothing left out',
    async (size) => {
      const pages = Math.min(12, Math.ceil(COUNT / size));
      const taken: Alert[] = [];
      for (let page = 0; page < pages; page++) taken.push(...(await take(desk, 'all', size, taken.at(-1))));
      expect(taken).toEqual(all.slice(0, size * pages));
    },
  );

  test('end where there is nothing older', async () => {
    const oldest = all.at(-1);
    expect(await take(desk, 'all', 10, oldest)).toEqual([]);
    expect(await take(desk, 'all', 10, { createdAt: '2020-01-01T00:00:00.000Z', id: 'alr_1' })).toEqual([]);
  });
});

describe('an alert', () => {
  let stop: () => Promise<void>;
  let alerts: AlertStore;
  let desk: AlertQueries;
  let count = 0;

  beforeAll(async () => {
    let table: Table;
    ({ table, stop } = await startTable());
    alerts = createAlertStore(table);
    desk = createAlertQueries(table);
  });
  afterAll(() => stop());

  const stored = async (changes: Partial<Alert> = {}): Promise<Alert> => {
    const alert = alertNumber(count++, changes);
    await alerts.create(alert);
    return alert;
  };
  const lists = async (id: string) => {
    const found: string[] = [];
    for (const state of ['active', 'resolved', 'all'] as const) {
      for await (const alert of desk.listNewest(state, { before: undefined, expected: 100 })) {
        if (alert.id === id) found.push(state);
      }
    }
    return found;
  };

  test('moves to the resolved ones with its resolution, whoever resolves it', async () => {
    const [one, other] = [await stored(), await stored()];
    expect(await lists(one.id)).toEqual(['active', 'all']);
    await alerts.resolve(one.id, at, 'alertmanager');
    await desk.resolveByUser(other.id, at, 'alice');
    expect(await lists(one.id)).toEqual(['resolved', 'all']);
    expect(await lists(other.id)).toEqual(['resolved', 'all']);
  });

  test.each(Array.from({ length: 10 }, (_, index) => index))(
    'created and resolved at once is in one list (%i)',
    async () => {
      const alert = alertNumber(count++);
      const resolve = async () => {
        await desk.resolveByUser(alert.id, at, 'alice');
        await alerts.resolve(alert.id, at, 'alertmanager');
      };
      await Promise.all([resolve(), alerts.create(alert), resolve(), alerts.create(alert), resolve()]);
      const resolved = (await desk.get(alert.id))?.resolvedAt !== undefined;
      expect(await lists(alert.id)).toEqual([resolved ? 'resolved' : 'active', 'all']);
    },
  );

  test('stands in the list as it is now', async () => {
    const alert = await stored();
    await desk.assign(alert.id, at, 'alice');
    const [listed] = await take(desk, 'active', 1);
    expect(listed).toEqual({ ...alert, assignedToUserId: 'alice', updatedAt: at });
  });

  test('is resolved by a user once: the first resolution stands', async () => {
    const alert = await stored();
    await desk.resolveByUser(alert.id, at, 'alice');
    await desk.resolveByUser(alert.id, later, 'bob');
    await alerts.resolve(alert.id, later, 'alertmanager');
    const resolution = { resolvedAt: at, resolvedBy: 'user', resolvedByUserId: 'alice', updatedAt: at };
    expect(await desk.get(alert.id)).toEqual({ ...alert, ...resolution });
  });

  test('is assigned to the last one; the same again changes nothing', async () => {
    const alert = await stored();
    await desk.assign(alert.id, at, 'alice');
    await desk.assign(alert.id, later, 'alice');
    expect(await desk.get(alert.id)).toEqual({ ...alert, assignedToUserId: 'alice', updatedAt: at });
    await desk.assign(alert.id, later, 'bob');
    expect(await desk.get(alert.id)).toEqual({ ...alert, assignedToUserId: 'bob', updatedAt: later });
  });

  test.each([
    ['a user, before', 'alice', at, later, true],
    ['a user, at that time', 'alice', at, at, true],
    ['a user, later', 'alice', later, at, false],
    ['a monitoring system', 'monitoring_system', at, later, false],
  ])('acknowledged by %s: the acknowledgement is taken back or stands', async (_, by, acknowledgedAt, until, taken) => {
    const alert = await stored();
    await desk.acknowledge(alert.id, acknowledgedAt, by);
    await desk.takeBackAcknowledgement(alert.id, later, until);
    const acknowledged = { acknowledgedAt, acknowledgedBy: by, updatedAt: acknowledgedAt };
    expect(await desk.get(alert.id)).toEqual(taken ? { ...alert, updatedAt: later } : { ...alert, ...acknowledged });
  });

  test('that is unknown stays so', async () => {
    await desk.resolveByUser('alr_unknown', at, 'alice');
    await desk.assign('alr_unknown', at, 'alice');
    await desk.acknowledge('alr_unknown', at, 'alice');
    await desk.takeBackAcknowledgement('alr_unknown', at, later);
    expect(await desk.get('alr_unknown')).toBeUndefined();
  });
});
