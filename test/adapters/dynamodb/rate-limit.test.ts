import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
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
  const limit = createRateLimit(table, 0.5, { now: () => now });
  expect(await take(limit, 'a', 5)).toEqual(Array.from({ length: 5 }, () => undefined));
  expect(await limit.take('a')).toBe(7);
  now = 1_000_009_001;
  expect(await limit.take('a')).toBe(1);
  now = 1_000_010_000;
  expect(await limit.take('a')).toBeUndefined();
});

test('all containers count together, and each token for itself', async () => {
  const now = () => 2_000_000_000;
  const [first, second] = [createRateLimit(table, 0.5, { now }), createRateLimit(table, 0.5, { now })];
  const answers = [...(await take(first, 'b', 4)), ...(await take(second, 'b', 4))];
  expect(answers.filter((seconds) => seconds === undefined)).toHaveLength(5);
  expect(await first.take('c')).toBeUndefined();
});

test('requests over the limit are not counted on, and the row ends by itself', async () => {
  const limit = createRateLimit(table, 0.1, { now: () => 3_000_000_000 });
  await take(limit, 'd', 10);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.rate('d', 300_000) }));
  expect(Item).toMatchObject({ requests: 1, expiresAt: 3_000_010 + 3_600 });
});

describe('counting in steps', () => {
  const largestStep = 16;
  const takeInTurn = async (limit: ReturnType<typeof createRateLimit>, caller: string, times: number) => {
    const answers: (number | undefined)[] = [];
    for (let index = 0; index < times; index++) answers.push(await limit.take(caller));
    return answers.filter((seconds) => seconds === undefined).length;
  };

  test('a container writes at once, then after as many again, and after 16 at most', async () => {
    const limit = createRateLimit(table, 100, { largestStep, now: () => 4_000_000_000 });
    const send = vi.spyOn(table.client, 'send');
    onTestFinished(() => send.mockRestore());
    const writes: number[] = [];
    for (let index = 1; index <= 64; index++) {
      const before = send.mock.calls.length;
      expect(await limit.take('e')).toBeUndefined();
      if (send.mock.calls.length > before) writes.push(index);
    }
    expect(writes).toEqual([1, 2, 4, 8, 16, 32, 48, 64]);
  });

  test('what is let in is never less than the limit, nor more than twice of it and a step', async () => {
    for (const containers of [1, 3, 10]) {
      const now = () => 5_000_000_000 + containers * 10_000;
      const limits = Array.from({ length: containers }, () => createRateLimit(table, 5, { largestStep, now }));
      const taken = await Promise.all(limits.map((limit) => takeInTurn(limit, 'f', 120)));
      const total = taken.reduce((sum, each) => sum + each, 0);
      expect(total).toBeGreaterThanOrEqual(50);
      expect(total).toBeLessThanOrEqual(2 * (50 + largestStep));
    }
  });

  test('a count that cannot be written fails, and the next request counts', async () => {
    const limit = createRateLimit(table, 0.1, { largestStep, now: () => 6_000_000_000 });
    const send = vi.spyOn(table.client, 'send').mockRejectedValueOnce(new Error('throttled'));
    onTestFinished(() => send.mockRestore());
    await expect(limit.take('g')).rejects.toThrow('throttled');
    expect([await limit.take('g'), await limit.take('g')]).toEqual([undefined, 10]);
  });
});

test.each([0, -1, Number.NaN])('a limit of %d is a fault at the start', (perSecond) => {
  expect(() => createRateLimit(table, perSecond)).toThrow('rate limit');
});
