import { expect, onTestFinished, test } from 'vitest';
import type { Tables } from '../../../../../infra/local/aws/tables.ts';
import { startAws } from '../fixture.ts';

/** A table with more rows than the engine writes at once. */
async function start(): Promise<Tables> {
  const { tables, close } = await startAws();
  onTestFinished(close);
  const attributes = ['pk', 'sk', 'list'].map((name) => ({ name, type: 'S' as const }));
  const keySchema = [
    { name: 'pk', type: 'HASH' as const },
    { name: 'sk', type: 'RANGE' as const },
  ];
  const indexes = [{ name: 'newest', keySchema: [{ name: 'list', type: 'HASH' as const }] }];
  await tables.ensure({ name: 'relay', attributes, keySchema, indexes });
  for (let row = 0; row < 30; row++) {
    const Item = { pk: { S: `p${row}` }, sk: { S: 's' }, list: { S: 'l' }, text: { S: 'größer' } };
    await tables.call('PutItem', { TableName: 'relay', Item });
  }
  return tables;
}

test('a table is restored as it is now, with its keys, index and rows', async () => {
  const tables = await start();
  const names = { SourceTableName: 'relay', TargetTableName: 'restored' };
  const latest = { ...names, UseLatestRestorableTime: true };
  await tables.call('RestoreTableToPointInTime', latest);
  expect(tables.partitionKeyOf('restored')).toBe('pk');
  const key = { pk: { S: 'p29' }, sk: { S: 's' } };
  expect(await tables.call('GetItem', { TableName: 'restored', Key: key })).toMatchObject({
    Item: { ...key, text: { S: 'größer' } },
  });
  const ofList = { KeyConditionExpression: '#l = :l', ExpressionAttributeNames: { '#l': 'list' } };
  const values = { ExpressionAttributeValues: { ':l': { S: 'l' } } };
  const query = { TableName: 'restored', IndexName: 'newest', ...ofList, ...values };
  expect(await tables.call('Query', query)).toMatchObject({ Count: 30 });
  await expect(tables.call('RestoreTableToPointInTime', latest)).rejects.toThrow('already exists');
  const earlier = { ...names, TargetTableName: 'other', RestoreDateTime: 1 };
  await expect(tables.call('RestoreTableToPointInTime', earlier)).rejects.toThrow('as it is now');
});

test('backups and protection are asked of tables that are there', async () => {
  const tables = await start();
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  const backups = (TableName: string) =>
    tables.call('UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification });
  expect(await backups('relay')).toEqual({});
  expect(await tables.call('UpdateTable', { TableName: 'relay', DeletionProtectionEnabled: true })).toEqual({});
  await expect(backups('other')).rejects.toThrow();
});
