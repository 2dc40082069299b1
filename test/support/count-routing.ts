import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
import { readTogether } from '../../functions/adapters/dynamodb/read-together.ts';
import { createStormMembers } from '../../functions/adapters/dynamodb/storm-members.ts';
import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import type { Delivery } from '../../functions/contract/delivery.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import { survive } from './chaos.ts';
import { differentAlerts } from './different-alerts.ts';
import { receivedAt, sampleDelivery, sampleRule } from './fakes/alert-samples.ts';
import { seedRouting } from './seed-routing.ts';
import { startTable } from './table.ts';
import { type TableRequest, type TableUnits, unitsOf } from './table-units.ts';

export interface RoutingCounts {
  alerts: number;
  sessions: number;
  storms: number;
  /** Calls of DynamoDB by their name. */
  calls: Map<string, number>;
  /** What they are charged. */
  units: TableUnits;
}

/** Routes different alerts on a table of its own, and counts what it asks of it until everything is decided. */
export const countRouting = (alerts: number, perDelivery: number, overMs: number): Promise<RoutingCounts> =>
  countSent(differentAlerts(alerts, perDelivery, overMs), alerts);

/** The same for deliveries that tell of one alert; the counts are to be divided by them. */
export function countRepeats(deliveries: number, overMs: number): Promise<RoutingCounts> {
  const [[, first] = []] = differentAlerts(1, 1, 0);
  const sent = Array.from({ length: deliveries }, (_, index): [number, Delivery] => {
    const atMs = Math.floor((index * overMs) / deliveries);
    const at = new Date(Date.parse(receivedAt) + atMs).toISOString();
    return [atMs, sampleDelivery({ ...first, deliveryId: `dlv_${index}`, receivedAt: at })];
  });
  return countSent(sent, deliveries);
}

async function countSent(sent: [atMs: number, delivery: Delivery][], alerts: number): Promise<RoutingCounts> {
  const requests: TableRequest[] = [];
  const { table, stop } = await startTable({ onRequest: (operation, body) => requests.push({ operation, body }) });
  try {
    await seedRouting(table, [sampleRule()]);
    requests.length = 0;
    const calls = new Map<string, number>();
    table.client.middlewareStack.add(
      (next, { commandName = 'unknown' }) =>
        (args) => {
          calls.set(commandName, (calls.get(commandName) ?? 0) + 1);
          return next(args);
        },
      { step: 'initialize' },
    );
    const trouble = { seed: 1, fails: 0, dies: 0, skewsMs: [0], twice: 0 };
    const { starts, world } = await survive([sampleRule()], sent, trouble, storesOf(readTogether(table)));
    return { alerts, sessions: starts.length, storms: world.stormExecutions.size, calls, units: unitsOf(requests) };
  } finally {
    await stop();
  }
}

const storesOf = (table: Table) => ({
  ...decisionStores(table),
  ledger: createLedger(table),
  members: createStormMembers(table),
});
