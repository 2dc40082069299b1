import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAlertQueries } from '../../../functions/adapters/dynamodb/alert-queries.ts';
import { keys, LEDGER_PARTS } from '../../../functions/adapters/dynamodb/keys.ts';
import { createLedger } from '../../../functions/adapters/dynamodb/ledger-store.ts';
import { readTogether } from '../../../functions/adapters/dynamodb/read-together.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { decisionStores } from '../../../functions/wiring/decision-stores.ts';
import { differentAlerts } from '../../support/different-alerts.ts';
import { sampleRule } from '../../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';
import { seedRouting } from '../../support/seed-routing.ts';
import { startTable } from '../../support/table.ts';
import { readsOf, type TableRequest, writesOf } from '../../support/table-units.ts';

/** As DynamoDB has them, for each partition key. */
const limits = { write: 1_000, read: 3_000 };
const ALERTS_PER_SECOND = 10_000;
/** Deliveries of one alert each, as many as a batch has. */
const BATCH = 100;
const requests: TableRequest[] = [];
let started: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  started = await startTable({ onRequest: (operation, body) => requests.push({ operation, body }) });
});
afterAll(() => started.stop());

/** What is spread over partitions by a number at its end, and over how many. */
const spread: [prefix: RegExp, partitions: number][] = [
  [/^(LEDGER#.*#SUM#)\d+$/, LEDGER_PARTS],
  [/^(STORM#.*#HELD#)\d+$/, keys.heldPartitions('stm').length],
  [/^(ALERTS#active#)\d+$/, keys.listPartitions('ALERTS#active').length],
];
function partitionsOf(key: string): { name: string; partitions: number } {
  const found = spread.find(([prefix]) => prefix.test(key));
  return { name: found ? key.replace(found[0], '$1*') : key, partitions: found?.[1] ?? 1 };
}

type Units = [key: string, units: number];

/**
 * The busiest key's share of its limit, where such batches come as fast as `ALERTS_PER_SECOND` asks for. Of two batches
 * the keys that both of them use count: others are an alert's own.
 */
function hottest(before: Units[], batch: Units[], limit: number): { key: string; share: number } {
  const shared = new Set(before.map(([key]) => partitionsOf(key).name));
  const sums = new Map<string, number>();
  for (const [key, count] of batch) {
    const { name, partitions } = partitionsOf(key);
    if (shared.has(name)) sums.set(name, (sums.get(name) ?? 0) + count / partitions);
  }
  const batches = ALERTS_PER_SECOND / BATCH;
  const shares = [...sums].map(([key, count]) => ({ key, share: (count * batches) / limit }));
  return shares.reduce((most, each) => (each.share > most.share ? each : most), { key: '', share: 0 });
}

test('in a storm of 10,000 alerts a second no key of the table is at 5 % of its limit, and none of the index at 65 %', async () => {
  const table = readTogether(started.table);
  await seedRouting(table, [sampleRule()]);
  const world = new RoutingWorld([sampleRule()]);
  const deps = { ...world.deps(), ...decisionStores(table), ledger: createLedger(table) };
  const deliveries = differentAlerts(3 * BATCH, 1, 0).map(([, delivery]) => delivery);
  const once = Array.from({ length: BATCH }, () => 1);
  const asked: TableRequest[][] = [];
  // The first batch begins the storm; what comes after that is the same for each.
  for (const first of [0, BATCH, 2 * BATCH]) {
    requests.length = 0;
    const batch = deliveries.slice(first, first + BATCH);
    expect(await routeAlerts(deps, batch, undefined, once)).toEqual(once.map(() => undefined));
    asked.push([...requests]);
  }
  const [, before = [], after = []] = asked;
  const written = (of: TableRequest[]) => of.flatMap(writesOf).map(({ item, units }): Units => [item.pk.S, units]);
  const read = (of: TableRequest[]) => of.flatMap(readsOf).map((key): Units => [key, 1]);
  const listed = (of: TableRequest[]) =>
    of.flatMap(writesOf).flatMap(({ item }): Units[] => (item.listPk ? [[item.listPk.S, 1]] : []));

  for (const hot of [
    hottest(written(before), written(after), limits.write),
    hottest(read(before), read(after), limits.read),
  ]) {
    expect(hot.share, hot.key).toBeGreaterThan(0);
    expect(hot.share, hot.key).toBeLessThanOrEqual(0.05);
  }
  expect(listed(after)).toHaveLength(BATCH);
  expect(hottest(listed(before), listed(after), limits.write).share).toBeCloseTo(0.625);
});

test('twenty open alerts are listed in 17 calls', async () => {
  requests.length = 0;
  const listed: string[] = [];
  for await (const { id } of createAlertQueries(started.table).listNewest('active', {
    before: undefined,
    expected: 20,
  })) {
    listed.push(id);
    if (listed.length === 20) break;
  }
  expect(listed).toHaveLength(20);
  expect(requests.length).toBeLessThanOrEqual(17);
});
