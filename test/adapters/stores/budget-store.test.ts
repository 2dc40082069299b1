import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { putRow } from '../../../functions/adapters/dynamodb/rows.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { Budgets } from '../../../functions/ports.ts';
import { unexpected } from '../../support/fakes/recorded.ts';
import { isLong } from '../../support/property-runs.ts';
import { storeKinds } from '../../support/store-kinds.ts';

const DAY = '2027-03-01';

describe.each(storeKinds)('budgets in $kind', ({ kind, start }) => {
  let budgets: Budgets;
  let budgetRow: (scope: string, day: string) => Promise<object | undefined>;
  let stop: () => Promise<void>;
  let table: Table | undefined;
  const wired = (): Table => table ?? unexpected('a table');
  beforeAll(async () => {
    const started = await start();
    ({ budgetRow, stop, table } = started);
    ({ budgets } = started.stores);
  });
  afterAll(() => stop());

  const sessions = (scope: string, maxSessions: number) => ({ scope, maxSessions, maxCostUsd: undefined });
  const cost = (scope: string, maxCostUsd: number) => ({ scope, maxSessions: undefined, maxCostUsd });

  const rowOf = (scope: string) => budgetRow(scope, DAY);

  describe('sessions of a day', () => {
    test('as many start as the limit says, then the used-up limit is told', async () => {
      const budget = sessions('rule:rul_1', 2);
      expect(await budgets.take(budget, DAY, 'job_1')).toBeUndefined();
      expect(await budgets.take(budget, DAY, 'job_2')).toBeUndefined();
      expect(await budgets.take(budget, DAY, 'job_3')).toEqual({ limit: 'sessions', used: 2 });
      expect(await rowOf('rule:rul_1')).toMatchObject({ sessions: 2, job_1: 0, job_2: 0 });
    });

    test('a job is counted once, however often it asks, also when the limit is reached', async () => {
      const budget = sessions('rule:rul_2', 1);
      const asked = Array.from({ length: 8 }, () => budgets.take(budget, DAY, 'job_1'));
      expect(await Promise.all(asked)).toEqual(asked.map(() => undefined));
      expect(await rowOf('rule:rul_2')).toMatchObject({ sessions: 1 });
    });

    test('of twenty at once, the limit starts and no more', async () => {
      const budget = sessions('rule:rul_3', 7);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => budgets.take(budget, DAY, `job_${index}`)),
      );
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(7);
      expect(await rowOf('rule:rul_3')).toMatchObject({ sessions: 7 });
    });

    test('each scope and each day counts for itself, and a raised limit lets more start', async () => {
      expect(await budgets.take(sessions('rule:rul_4', 1), DAY, 'job_1')).toBeUndefined();
      expect(await budgets.take(sessions('rule:rul_4', 1), '2027-03-02', 'job_2')).toBeUndefined();
      expect(await budgets.take(sessions('stack', 1), DAY, 'job_2')).toBeUndefined();
      expect(await budgets.take(sessions('rule:rul_4', 1), DAY, 'job_2')).toBeDefined();
      expect(await budgets.take(sessions('rule:rul_4', 2), DAY, 'job_2')).toBeUndefined();
    });
  });

  test('a job that does not start after all is taken back, once, and one that has cost something is not', async () => {
    const budget = sessions('rule:rul_9', 1);
    await budgets.take(budget, DAY, 'job_1');
    await budgets.giveBack('rule:rul_9', DAY, 'job_1');
    await budgets.giveBack('rule:rul_9', DAY, 'job_1');
    await budgets.giveBack('rule:none', DAY, 'job_1');
    expect(await budgets.take(budget, DAY, 'job_2')).toBeUndefined();
    await budgets.spend('rule:rul_9', DAY, 'job_2', 0.5);
    await budgets.giveBack('rule:rul_9', DAY, 'job_2');
    expect(await rowOf('rule:rul_9')).toMatchObject({ sessions: 1, spent: 0.5, job_2: 0.5 });
    expect(await budgets.take(budget, DAY, 'job_3')).toEqual({ limit: 'sessions', used: 1 });
  });

  describe('cost of a day', () => {
    test('once the sum has reached the limit, nothing starts', async () => {
      const budget = cost('rule:rul_5', 1.5);
      await budgets.take(budget, DAY, 'job_1');
      await budgets.take(budget, DAY, 'job_2');
      await budgets.spend('rule:rul_5', DAY, 'job_1', 0.7);
      expect(await budgets.take(budget, DAY, 'job_3')).toBeUndefined();
      await budgets.spend('rule:rul_5', DAY, 'job_2', 0.8);
      expect(await budgets.take(budget, DAY, 'job_4')).toEqual({ limit: 'cost', used: 1.5 });
    });

    test('the cost of a job is set, not added: repeats and corrections leave the sum of all jobs', async () => {
      const budget = cost('rule:rul_6', 100);
      await budgets.take(budget, DAY, 'job_1');
      await budgets.take(budget, DAY, 'job_2');
      await Promise.all(Array.from({ length: 5 }, () => budgets.spend('rule:rul_6', DAY, 'job_1', 0.25)));
      await budgets.spend('rule:rul_6', DAY, 'job_1', 0.5);
      await budgets.spend('rule:rul_6', DAY, 'job_2', 2);
      await budgets.spend('rule:rul_6', DAY, 'job_1', 0.5);
      expect(await rowOf('rule:rul_6')).toMatchObject({ sessions: 2, spent: 2.5, job_1: 0.5, job_2: 2 });
    });

    test('what a job cost is counted also where its start was not', async () => {
      await budgets.spend('rule:rul_7', DAY, 'job_1', 0.4);
      expect(await rowOf('rule:rul_7')).toMatchObject({ spent: 0.4, job_1: 0.4 });
      expect(await budgets.take(cost('rule:rul_7', 0.4), DAY, 'job_2')).toEqual({ limit: 'cost', used: 0.4 });
    });

    test('with both limits, the one that is used up is told', async () => {
      const both = { scope: 'rule:rul_8', maxSessions: 2, maxCostUsd: 1 };
      await budgets.take(both, DAY, 'job_1');
      await budgets.spend('rule:rul_8', DAY, 'job_1', 1);
      expect(await budgets.take(both, DAY, 'job_2')).toEqual({ limit: 'cost', used: 1 });
      expect(await budgets.take({ ...both, maxSessions: 1 }, DAY, 'job_2')).toEqual({ limit: 'sessions', used: 1 });
    });
  });

  if (kind === 'DynamoDB') {
    test('many starts leave a row of a few numbers', async () => {
      const many = isLong ? 200 : 50;
      for (let first = 0; first < many; first += 50) {
        const ids = Array.from({ length: 50 }, (_, index) => `job_many_${first + index}`);
        await Promise.all(ids.map((id) => budgets.take(sessions('rule:many', 2_000), DAY, id)));
      }
      const row = (await rowOf('rule:many')) ?? {};
      expect(Object.keys(row).sort()).toEqual(['expiresAt', 'pk', 'sessions', 'sk']);
      expect(row).toMatchObject({ sessions: many });
    });

    test('a job that the release before counted is not counted again, and its cost is set', async () => {
      const key = keys.budget('rule:older', DAY);
      await putRow(wired(), { ...key, sessions: 2, spent: 0.5, job_1: 0.5, job_2: 0 });
      expect(await budgets.take(sessions('rule:older', 2), DAY, 'job_1')).toBeUndefined();
      expect(await budgets.take(sessions('rule:older', 2), DAY, 'job_3')).toEqual({ limit: 'sessions', used: 2 });
      await budgets.spend('rule:older', DAY, 'job_1', 0.5);
      for (let time = 0; time < 2; time++) await budgets.spend('rule:older', DAY, 'job_1', 0.75);
      await budgets.spend('rule:older', DAY, 'job_2', 1);
      expect(await rowOf('rule:older')).toMatchObject({ sessions: 2, spent: 1.75 });
    });

    test('the row ends by itself, long after its day', async () => {
      await budgets.take(sessions('rule:rul_9', 1), DAY, 'job_1');
      expect(await rowOf('rule:rul_9')).toMatchObject({ expiresAt: Date.parse('2027-03-15') / 1_000 });
    });
  }
});
