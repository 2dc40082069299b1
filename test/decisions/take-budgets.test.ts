import { expect, test } from 'vitest';
import { takeBudgets } from '../../functions/decisions/take-budgets.ts';
import type { Budgets } from '../../functions/ports.ts';
import { late } from '../support/fakes/late.ts';

const scopes = ['rule:rul_1', 'integration:int_1', 'stack'].map((scope) => ({
  scope,
  maxSessions: 3,
  maxCostUsd: undefined,
}));

function prepare(usedUp?: string) {
  const taken: string[] = [];
  const givenBack: string[] = [];
  const budgets: Budgets = late<Budgets>({
    take: async ({ scope }, day, jobId) => {
      taken.push(`${scope} ${day} ${jobId}`);
      return scope === usedUp ? { limit: 'sessions', used: 3 } : undefined;
    },
    giveBack: async (scope, day, jobId) => void givenBack.push(`${scope} ${day} ${jobId}`),
    spend: () => Promise.reject(new Error('not asked for')),
  });
  return { run: (of = scopes) => takeBudgets(budgets, of, '2027-03-01', 'job_1'), taken, givenBack };
}

test('a job that all budgets take may start', async () => {
  const { run, taken } = prepare();
  expect(await run()).toBeUndefined();
  expect(taken).toEqual(scopes.map(({ scope }) => `${scope} 2027-03-01 job_1`));
});

test('the first that is used up says why not, and the wider ones are not asked', async () => {
  const { run, taken, givenBack } = prepare('integration:int_1');
  expect(await run()).toContain('used up for the integration int_1: 3 of 3');
  expect(taken).toHaveLength(2);
  expect(givenBack).toEqual(['rule:rul_1 2027-03-01 job_1']);
});

test('without limits there is nothing to take', async () => {
  const { run, taken } = prepare();
  expect(await run([])).toBeUndefined();
  expect(taken).toEqual([]);
});
