import {
  DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { Undo } from '../../../../../infra/local/aws/tables/undo.ts';
import { type TableDefinition, Tables } from '../../../../../infra/local/aws/tables.ts';
import { account, newDirectory, region, startAws } from '../fixture.ts';

const table: TableDefinition = {
  name: 'relay',
  attributes: ['pk', 'sk'].map((name) => ({ name, type: 'S' as const })),
  keySchema: [
    { name: 'pk', type: 'HASH' },
    { name: 'sk', type: 'RANGE' },
  ],
};
const keyOf = (sk: string) => ({ pk: { S: 'a' }, sk: { S: sk } });
const isAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };
const put = (sk: string, more: object = {}) => ({ Put: { TableName: 'relay', Item: keyOf(sk), ...more } });
const add = (sk: string, more: object = {}) => ({
  Update: {
    ...{ TableName: 'relay', Key: keyOf(sk), UpdateExpression: 'ADD seen :one' },
    ...{ ExpressionAttributeValues: { ':one': { N: '1' } }, ...more },
  },
});

async function start() {
  const aws = await startAws();
  onTestFinished(aws.close);
  await aws.tables.ensure(table);
  const client = new DynamoDBClient(aws.sdk);
  const documents = DynamoDBDocumentClient.from(client);
  const seen = async (sk: string) =>
    (await documents.send(new GetCommand({ TableName: 'relay', Key: { pk: 'a', sk } }))).Item?.seen;
  const write = (...TransactItems: NonNullable<TransactWriteItemsCommandInput['TransactItems']>) =>
    client.send(new TransactWriteItemsCommand({ TransactItems }));
  return { ...aws, client, documents, seen, write };
}

test('all is written where all conditions hold, and nothing where one does not', async () => {
  const { write, seen, tables } = await start();
  await write(put('1', isAbsent), add('2'));
  expect(await seen('2')).toBe(1);
  const old = { ...isAbsent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  const refused = await write(put('1', old), add('2'), put('3')).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TransactionCanceledException);
  expect(refused).toMatchObject({
    CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: keyOf('1') }, { Code: 'None' }, { Code: 'None' }],
  });
  expect(await seen('2')).toBe(1);
  expect(await tables.call('Scan', { TableName: 'relay' })).toMatchObject({ Count: 2 });
});

test('what fails in the middle is taken back', async () => {
  const { write, documents, seen } = await start();
  await documents.send(new UpdateCommand({ ...written('2'), ExpressionAttributeValues: { ':text': 'text' } }));
  await expect(write(put('1'), add('2'))).rejects.toThrow('incorrect data type');
  expect(await seen('1')).toBeUndefined();
  expect(await seen('2')).toBe('text');
});

const written = (sk: string) => ({ TableName: 'relay', Key: { pk: 'a', sk }, UpdateExpression: 'SET seen = :text' });

test('counts of transactions and single writes at once are all there', async () => {
  const { write, tables, seen } = await start();
  const single = () => tables.call('UpdateItem', { ...add('1').Update });
  await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? single() : write(add('1'), add('2')))));
  expect([await seen('1'), await seen('2')]).toEqual([20, 10]);
});

test('a transaction that comes again by its token is made once', async () => {
  const { tables, seen } = await start();
  const again = { TransactItems: [add('1')], ClientRequestToken: 'token' };
  await tables.call('TransactWriteItems', again);
  await tables.call('TransactWriteItems', again);
  expect(await seen('1')).toBe(1);
});

test.each([
  ['two writes of one item', [put('1'), add('1')], 'multiple operations on one item'],
  ['more than 100', Array.from({ length: 101 }, (_, index) => put(`${index}`)), 'TransactItems'],
  ['none', [], 'TransactItems'],
  ['a delete', [{ Delete: { TableName: 'relay', Key: keyOf('1') } }], 'TransactItems'],
])('%s are refused', async (_, TransactItems, message) => {
  const { tables } = await start();
  await expect(tables.call('TransactWriteItems', { TransactItems })).rejects.toThrow(message);
});

test('a transaction that a kill interrupted is undone at the next start', async () => {
  const directory = newDirectory();
  const first = await Tables.open({ directory, region, account });
  await first.ensure(table);
  await first.call('PutItem', { TableName: 'relay', Item: { ...keyOf('1'), seen: { N: '2' } } });
  await first.call('PutItem', { TableName: 'relay', Item: keyOf('2') });
  new Undo(directory).remember([
    { table: 'relay', key: keyOf('1'), item: { ...keyOf('1'), seen: { N: '1' } } },
    { table: 'relay', key: keyOf('2') },
  ]);
  await first.close();
  const second = await Tables.open({ directory, region, account });
  onTestFinished(() => second.close());
  const { Items } = (await second.call('Scan', { TableName: 'relay' })) as { Items: object[] };
  expect(Items).toEqual([{ ...keyOf('1'), seen: { N: '1' } }]);
});
