import { setImmediate } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ScanCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { wireDefinition } from '../../../../infra/local/aws/tables/definition.ts';
import { type TableDefinition, Tables } from '../../../../infra/local/aws/tables.ts';
import { account, newDirectory, region, startAws } from './fixture.ts';

const table: TableDefinition = {
  name: 'relay',
  attributes: [
    { name: 'pk', type: 'S' },
    { name: 'sk', type: 'S' },
  ],
  keySchema: [
    { name: 'pk', type: 'HASH' },
    { name: 'sk', type: 'RANGE' },
  ],
  ttlAttribute: 'expiresAt',
};

async function startTable() {
  const aws = await startAws();
  onTestFinished(aws.close);
  await aws.tables.ensure(table);
  const client = new DynamoDBClient(aws.sdk);
  return { ...aws, client, documents: DynamoDBDocumentClient.from(client) };
}

test('a table that somebody else has made is known by its key too, also after a restart', async () => {
  const directory = newDirectory();
  const first = await startAws({ directory });
  await first.tables.call('CreateTable', wireDefinition({ ...table, name: 'restored' }));
  expect(first.tables.partitionKeyOf('restored')).toBe('pk');
  await first.close();
  const second = await startAws({ directory });
  onTestFinished(second.close);
  expect(second.tables.partitionKeyOf('restored')).toBe('pk');
  expect(second.tables.partitionKeyOf('other')).toBeUndefined();
});

/** The engine looks at its database in later ticks too, and finding it closed there would end the process. */
test.each([0, 1, 2, 3])(
  'what is read when the tables close, %i ticks later, is read to its end, and nothing after it',
  async (ticks) => {
    const { tables } = await startTable();
    const query = {
      TableName: 'relay',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'REL#1' } },
    };
    const reading = Array.from({ length: 5 }, () => tables.call('Query', query));
    for (let tick = 0; tick < ticks; tick++) await setImmediate();
    const closing = tables.close();
    expect(await Promise.all(reading)).toEqual(reading.map(() => expect.objectContaining({ Count: 0 })));
    await closing;
    await expect(tables.call('Query', query)).rejects.toMatchObject({ type: 'ServiceUnavailable', status: 503 });
  },
);

test('a table carries the region and account it was opened with', async () => {
  const { client } = await startTable();
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'relay' }));
  expect(Table?.TableArn).toBe(`arn:aws:dynamodb:${region}:${account}:table/relay`);
  expect(Table?.TableStatus).toBe('ACTIVE');
});

test('items are written, read, queried and scanned', async () => {
  const { documents, client } = await startTable();
  const TableName = 'relay';
  for (const sk of ['RULE#1', 'RULE#2', 'WEBHOOK#1']) {
    await documents.send(new PutCommand({ TableName, Item: { pk: 'a', sk, order: { z: 1, a: [2] } } }));
  }
  const read = await documents.send(
    new GetCommand({ TableName, Key: { pk: 'a', sk: 'RULE#2' }, ConsistentRead: true }),
  );
  expect(read.Item).toEqual({ pk: 'a', sk: 'RULE#2', order: { z: 1, a: [2] } });
  const { Items } = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': 'a', ':sk': 'RULE#' },
      ScanIndexForward: false,
    }),
  );
  expect(Items?.map(({ sk }) => sk)).toEqual(['RULE#2', 'RULE#1']);
  expect((await client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Count).toBe(3);
});

test('batches write and read', async () => {
  const { client } = await startTable();
  const keys = ['1', '2'].map((sk) => ({ pk: { S: 'b' }, sk: { S: sk } }));
  await client.send(
    new BatchWriteItemCommand({ RequestItems: { relay: keys.map((Item) => ({ PutRequest: { Item } })) } }),
  );
  const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { relay: { Keys: keys } } }));
  expect(Responses?.relay).toHaveLength(2);
});

test('a condition that does not hold is its own exception, and an update returns what it made', async () => {
  const { documents } = await startTable();
  const put = new PutCommand({
    TableName: 'relay',
    Item: { pk: 'a', sk: 'b' },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await documents.send(put);
  await expect(documents.send(put)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  const { Attributes } = await documents.send(
    new UpdateCommand({
      TableName: 'relay',
      Key: { pk: 'a', sk: 'b' },
      UpdateExpression: 'ADD seen :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  expect(Attributes).toEqual({ pk: 'a', sk: 'b', seen: 1 });
});

test.each([
  ['PutItem', { TableName: 'relay', Item: {}, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }, 'ValidationException'],
  ['TransactGetItems', {}, 'UnknownOperationException'],
  ['GetItem', { TableName: 'other', Key: { pk: { S: 'a' } } }, 'ResourceNotFoundException'],
  ['GetItem', { TableName: 'relay', Key: { pk: { S: 'a' } } }, 'ValidationException'],
])('%s with %j is refused with %s', async (operation, input, type) => {
  const { tables } = await startTable();
  await expect(tables.call(operation, input)).rejects.toMatchObject({ name: 'AwsError', type });
});

test('the time to live is described, and changed', async () => {
  const { client } = await startTable();
  const describe = async () =>
    (await client.send(new DescribeTimeToLiveCommand({ TableName: 'relay' }))).TimeToLiveDescription;
  expect(await describe()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  const TimeToLiveSpecification = { Enabled: false, AttributeName: 'expiresAt' };
  await client.send(new UpdateTimeToLiveCommand({ TableName: 'relay', TimeToLiveSpecification }));
  expect(await describe()).toEqual({ TimeToLiveStatus: 'DISABLED' });
});

test('items are there at the next start', async () => {
  const directory = newDirectory();
  const first = await Tables.open({ directory, region, account });
  await first.ensure(table);
  await first.call('PutItem', { TableName: 'relay', Item: { pk: { S: 'a' }, sk: { S: 'b' } } });
  await first.close();
  const second = await Tables.open({ directory, region, account });
  await second.ensure(table);
  const otherKeys = { ...table, keySchema: table.keySchema.slice(0, 1) };
  await expect(second.ensure(otherKeys)).rejects.toThrow('Table relay is stored with other keys');
  expect(await second.call('Scan', { TableName: 'relay' })).toMatchObject({ Count: 1 });
  await second.close();
});

test('a table that a kill left half made becomes usable', async () => {
  const directory = newDirectory();
  const first = await Tables.open({ directory, region, account });
  // The engine makes it ACTIVE by a timer, which a kill comes before.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  await first.call('CreateTable', wireDefinition(table));
  await first.close();
  vi.useRealTimers();
  const second = await Tables.open({ directory, region, account });
  const status = () => second.call('DescribeTable', { TableName: 'relay' });
  expect(await status()).toMatchObject({ Table: { TableStatus: 'CREATING' } });
  await second.ensure(table);
  expect(await status()).toMatchObject({ Table: { TableStatus: 'ACTIVE' } });
  await second.close();
});

test('updates at the same time all count', async () => {
  const { documents } = await startTable();
  const add = new UpdateCommand({
    TableName: 'relay',
    Key: { pk: 'a', sk: 'b' },
    UpdateExpression: 'ADD seen :one',
    ExpressionAttributeValues: { ':one': 1 },
  });
  await Promise.all(Array.from({ length: 20 }, () => documents.send(add)));
  const { Item } = await documents.send(new GetCommand({ TableName: 'relay', Key: { pk: 'a', sk: 'b' } }));
  expect(Item?.seen).toBe(20);
});

test('a second process on the same folder is told so', async () => {
  const directory = newDirectory();
  const first = await Tables.open({ directory, region, account });
  await expect(Tables.open({ directory, region, account })).rejects.toThrow('another process has them open');
  await first.close();
});

test('in memory, nothing is shared', async () => {
  const [one, other] = await Promise.all([Tables.open({ region, account }), Tables.open({ region, account })]);
  await one.ensure(table);
  expect(await other.call('ListTables', {})).toEqual({ TableNames: [] });
  await Promise.all([one.close(), other.close()]);
});
