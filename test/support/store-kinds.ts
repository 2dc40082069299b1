import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
import { getRow } from '../../functions/adapters/dynamodb/rows.ts';
import { createStormMembers } from '../../functions/adapters/dynamodb/storm-members.ts';
import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import { memoryRows, memoryStores } from '../../functions/adapters/memory/stores.ts';
import type { RoutingStores } from '../../functions/ports.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import { startTable } from './table.ts';

interface StoreKind {
  kind: string;
  /** `table`: where the stores are rows of one. */
  start(): Promise<{
    stores: RoutingStores;
    table: Table | undefined;
    /** `sessions`, `spent`, and each job under its id. */
    budgetRow(scope: string, day: string): Promise<object | undefined>;
    stop(): Promise<void>;
  }>;
}

const inTable: StoreKind = {
  kind: 'DynamoDB',
  async start() {
    const { table, stop } = await startTable();
    const stores = { ...decisionStores(table), ledger: createLedger(table), members: createStormMembers(table) };
    const budgetRow = async (scope: string, day: string) => {
      const jobs = ['job_1', 'job_2'].map(
        async (id) => [id, await getRow(table, keys.budgetJob(scope, day, id))] as const,
      );
      const costs = (await Promise.all(jobs)).flatMap(([id, row]) => (row?.cost === undefined ? [] : [[id, row.cost]]));
      return { ...(await getRow(table, keys.budget(scope, day))), ...Object.fromEntries(costs) };
    };
    return { stores, table, budgetRow, stop };
  },
};

const inMemory: StoreKind = {
  kind: 'memory',
  async start() {
    const rows = memoryRows();
    const budgetRow = async (scope: string, day: string) => {
      const row = rows.budgets.own.get(`${scope} ${day}`);
      const spent = [...(row?.costs.values() ?? [])].reduce((sum, cost) => sum + cost, 0);
      return row && { sessions: row.sessions, spent, ...Object.fromEntries(row.costs) };
    };
    return { stores: memoryStores(rows), table: undefined, budgetRow, stop: async () => {} };
  },
};

/** Both are held to the same tests. */
export const storeKinds = [inTable, inMemory];
