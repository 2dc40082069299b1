import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { wireDefinition } from '../../../../../infra/local/aws/tables/definition.ts';
import { type TableDefinition, Tables } from '../../../../../infra/local/aws/tables.ts';
import { account, newDirectory, region, startAws } from '../fixture.ts';

const table: TableDefinition = {
  name: 'relay',
  attributes: ['pk', 'listPk', 'listSk'].map((name) => ({ name, type: 'S' })),
  keySchema: [{ name: 'pk', type: 'HASH' }],
  indexes: [
    {
      name: 'newest',
      keySchema: [
        { name: 'listPk', type: 'HASH' },
        { name: 'listSk', type: 'RANGE' },
      ],
    },
  ],
};

test('an index has the keys of the rows that stand in it, and nothing else of them', async () => {
  const aws = await startAws();
  onTestFinished(aws.close);
  await aws.tables.ensure(table);
  const client = new DynamoDBClient(aws.sdk);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'relay' }));
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'newest', IndexStatus: 'ACTIVE' }]);

  const documents = DynamoDBDocumentClient.from(client);
  const TableName = 'relay';
  const older = { pk: '1', listPk: 'LIST', listSk: '1' };
  const newer = { pk: '2', listPk: 'LIST', listSk: '2' };
  for (const Item of [{ ...older, title: 'older' }, newer, { pk: '3' }]) {
    await documents.send(new PutCommand({ TableName, Item }));
  }
  const { Items } = await documents.send(
    new QueryCommand({
      TableName,
      IndexName: 'newest',
      KeyConditionExpression: 'listPk = :list',
      ExpressionAttributeValues: { ':list': 'LIST' },
      ScanIndexForward: false,
    }),
  );
  expect(Items).toEqual([newer, older]);
});

test('a table that was stored without its index, or half made, is told apart', async () => {
  const directory = newDirectory();
  const tables = await Tables.open({ directory, region, account });
  onTestFinished(() => tables.close());
  await tables.call('CreateTable', wireDefinition(table));
  await tables.ensure(table);
  const described = await tables.call('DescribeTable', { TableName: 'relay' });
  expect(described).toMatchObject({
    Table: { TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexStatus: 'ACTIVE' }] },
  });
  await expect(tables.ensure({ ...table, indexes: [] })).rejects.toThrow('Table relay is stored with other keys');
});
