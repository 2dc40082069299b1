import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
import { createStormMembers } from '../../functions/adapters/dynamodb/storm-members.ts';
import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import { survive } from '../support/chaos.ts';
import { differentAlerts } from '../support/different-alerts.ts';
import { sampleRule } from '../support/fakes/alert-samples.ts';
import { seedRouting } from '../support/seed-routing.ts';
import { startTable } from '../support/table.ts';
import { countUnits, type TableUnits } from '../support/table-units.ts';

export interface RoutingCounts {
  alerts: number;
  sessions: number;
  storms: number;
  /** Calls of DynamoDB by their name. */
  calls: Map<string, number>;
  /** What these are paid by. */
  units: TableUnits;
}

/** Routes different alerts on a table of its own, and counts what it asks of it until everything is decided. */
export async function countRouting(alerts: number, perDelivery: number, overMs: number): Promise<RoutingCounts> {
  const { table, stop } = await startTable();
  try {
    await seedRouting(table, [sampleRule()]);
    const units = countUnits(table);
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
    const sent = differentAlerts(alerts, perDelivery, overMs);
    const { starts, world } = await survive([sampleRule()], sent, trouble, storesOf(table));
    return { alerts, sessions: starts.length, storms: world.stormExecutions.size, calls, units };
  } finally {
    await stop();
  }
}

const storesOf = (table: Table) => ({
  ...decisionStores(table),
  ledger: createLedger(table),
  members: createStormMembers(table),
});
