import { expect, test } from 'vitest';
import { budgetRoutes } from '../../../../functions/api/manage/budgets/routes.ts';
import { manage } from '../../../../functions/api/manage/manage.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement, fullAccess, sampleIntegration } from '../../../support/fakes/management.ts';

const limited = { maxSessionsPerDay: 20, maxCostUsdPerDay: 5 };

async function ask(query: string) {
  const { deps } = fakeManagement();
  const asked: string[] = [];
  const entries = [{ name: 'checkout', maxCostUsdPerDay: 9 }, { name: 'search' }];
  const catalogue = {
    ...{ version: 1, createdBy: 'ada', createdAt: '2027-03-01T00:00:00.000Z' },
    entriesJson: JSON.stringify(entries),
  };
  const rules = [
    sampleRule({ id: 'rul_1', name: 'Investigate' }, { config: { maxSessionsPerDay: 3 } }),
    sampleRule({ id: 'rul_2', name: 'Without a limit' }),
    sampleRule({ id: 'rul_3', configJson: '{"config":{"maxSessionsPerDay":3}}' }),
  ];
  const routes = budgetRoutes({
    ...deps,
    stackBudget: { maxCostUsdPerDay: 100 },
    catalogue: { current: async () => catalogue },
    integrations: { list: async () => [sampleIntegration({ metadata: limited }), sampleIntegration({ id: 'int_2' })] },
    rules: { listByRelay: async () => rules },
    budgetUse: {
      read: async (scope, day) => {
        asked.push(`${scope} ${day}`);
        return { sessions: 3, costUsd: 1.25 };
      },
    },
  });
  const request = { method: 'GET', path: '/v0/budgets', query, body: '', caller: 'ci', access: fullAccess };
  const answer = await manage(routes)(request);
  return { asked, status: answer.status, body: JSON.parse(answer.body) };
}

test('each budget that is set is there, with what is used of it', async () => {
  const { body, asked } = await ask('');
  const used = { sessions: 3, costUsd: 1.25 };
  expect(body).toEqual({
    budgets: [
      { scope: 'stack', name: 'Whole stack', ...used, maxSessions: null, maxCostUsd: 100 },
      { scope: 'integration:int_1', name: 'OpenCode', ...used, maxSessions: 20, maxCostUsd: 5 },
      { scope: 'entry:checkout', name: 'checkout', ...used, maxSessions: null, maxCostUsd: 9 },
      { scope: 'rule:rul_1', name: 'Investigate', ...used, maxSessions: 3, maxCostUsd: null },
    ],
  });
  const scopes = ['stack', 'integration:int_1', 'entry:checkout', 'rule:rul_1'];
  expect(asked).toEqual(scopes.map((scope) => `${scope} 2027-03-01`));
});

test('another day can be asked for, and a wrong one is refused', async () => {
  expect((await ask('day=2027-02-28')).asked[0]).toBe('stack 2027-02-28');
  expect((await ask('day=yesterday')).status).toBe(400);
});
