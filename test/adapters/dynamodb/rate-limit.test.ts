import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { createRateLimit } from '../../../functions/adapters/dynamodb/rate-limit.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { startTable } from '../../support/table.ts';

let table: Table;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

const take = async (limit: ReturnType<typeof createRateLimit>, caller: string, times: number) =>
  Promise.all(Array.from({ length: times }, () => limit.take(caller)));

test('a token has its requests of ten seconds, and then waits for the next ten', async () => {
  let now = 1_000_003_000;
  const limit = createRateLimit(table, 0.5, () => now);
  expect(await take(limit, 'a', 5)).toEqual(Array.from({ length: 5 }, () => undefined));
  expect(await limit.take('a')).toBe(7);
  now = 1_000_009_001;
  expect(await limit.take('a')).toBe(1);
  now = 1_000_010_000;
  expect(await limit.take('a')).toBeUndefined();
});

test('all containers count together, and each token for itself', async () => {
  const now = () => 2_000_000_000;
  const [first, second] = [createRateLimit(table, 0.5, now), createRateLimit(table, 0.5, now)];
  const answers = [...(await take(first, 'b', 4)), ...(await take(second, 'b', 4))];
  expect(answers.filter((seconds) => seconds === undefined)).toHaveLength(5);
  expect(await first.take('c')).toBeUndefined();
});

test('requests over the limit are not counted on, and the row ends by itself', async () => {
  const limit = createRateLimit(table, 0.1, () => 3_000_000_000);
  await take(limit, 'd', 10);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.rate('d', 300_000) }));
  expect(Item).toMatchObject({ requests: 1, expiresAt: 3_000_010 + 3_600 });
});

test.each([0, -1, Number.NaN])('a limit of %d is a fault at the start', (perSecond) => {
  expect(() => createRateLimit(table, perSecond)).toThrow('rate limit');
});
