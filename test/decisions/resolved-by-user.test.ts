import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAlertQueries } from '../../functions/adapters/dynamodb/alert-queries.ts';
import { createAlertStore } from '../../functions/adapters/dynamodb/alert-store.ts';
import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import { nextAlertIdOf } from '../../functions/domain/alert/alert-id.ts';
import { jobIdOf } from '../../functions/domain/job/job-id.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import {
  alertId,
  fingerprint,
  relayId,
  sampleDelivery,
  sampleOccurrence,
  sampleRule,
  withoutStart,
} from '../support/fakes/alert-samples.ts';
import { sampleCollected } from '../support/fakes/samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';
import { startTable } from '../support/table.ts';

const resolvedAt = '2027-03-01T12:30:00.000Z';
const at = (minutes: number) => new Date(Date.parse('2027-03-01T12:00:00.000Z') + minutes * 60_000).toISOString();

let stop: () => Promise<void>;
let table: Table;
beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

/** Routes one entry after another, each in a delivery of its own. */
function routing() {
  const world = new RoutingWorld([sampleRule()]);
  const { alerts, decisions, jobs } = decisionStores(table);
  const deps = { ...world.deps(), alerts, decisions, jobs };
  const route = async (minutes: number, id: string, occurrence: AlertOccurrence) => {
    const deliveryId = `dlv_${minutes}`;
    const delivery = sampleDelivery({ deliveryId, receivedAt: at(minutes), items: [{ alertId: id, occurrence }] });
    expect(await routeAlerts(deps, [delivery])).toEqual([undefined]);
  };
  return { world, route };
}

test('a repeat with the same start finds the alert closed and starts nothing', async () => {
  const { world, route } = routing();
  await route(0, alertId, sampleOccurrence());
  await createAlertQueries(table).resolveByUser(alertId, resolvedAt, 'alice');
  await route(31, alertId, sampleOccurrence());
  await route(32, alertId, sampleOccurrence({ status: 'resolved' }));
  const told = await decisionStores(table).decisions.listByAlert(alertId);
  expect(told.map(({ reason, count }) => `${reason} ${count}`).sort()).toEqual(['resolved 2', 'started 1']);
  expect(world.executions.size).toBe(1);
  expect(await createAlertStore(table).get(alertId)).toMatchObject({ resolvedAt, resolvedBy: 'user' });
});

test('a repeat without a start is a new alert, as after a resolution by the sender', async () => {
  const { world, route } = routing();
  // The session of the first alert would keep another one from the same title.
  const { jobs } = decisionStores(table);
  const end = () => jobs.finish(jobIdOf(first, 'rul_1'), sampleCollected(), resolvedAt);
  const keyed = { fingerprint: `${fingerprint}:startless` };
  const first = nextAlertIdOf({ relayId, ...keyed, previousAlertId: null });
  await route(0, first, withoutStart(keyed));
  await createAlertQueries(table).resolveByUser(first, resolvedAt, 'alice');
  await end();
  await route(31, first, withoutStart(keyed));
  expect(world.executions.size).toBe(2);
  const latest = await createAlertStore(table).latestOf(relayId, keyed.fingerprint);
  expect(latest?.id).toBe(nextAlertIdOf({ relayId, ...keyed, previousAlertId: first }));
  expect(latest?.resolvedAt).toBeUndefined();
});
