import { afterAll } from 'vitest';
import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import type { AwsService } from '../../infra/local/aws/service.ts';
import { startTable } from './table.ts';

/** The one table, until the tests of the file are over, with `around` between its engine and the wire. */
export async function serveTable(around: (tables: AwsService) => AwsService): Promise<Table> {
  const { table, stop } = await startTable({ around });
  afterAll(stop);
  return table;
}
