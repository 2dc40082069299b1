import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
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
      const get = new GetCommand({ TableName: table.name, Key: keys.budget(scope, day), ConsistentRead: true });
      return (await table.client.send(get)).Item;
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
