import { beforeEach, describe, expect, test } from 'vitest';
import { createRule, getRule, updateRule } from '../../../../functions/api/manage/rules/rules.ts';
import type { Rule } from '../../../../functions/domain/rule/rule.ts';
import { sampleConfig } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';
import { made } from '../made.ts';

let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  management = fakeManagement();
});

describe('a webhook rule', () => {
  const config = { ...sampleConfig, agentType: 'opencode' as const };
  const webhook = { endpoint: 'https://hooks.example.com/alerts', method: 'POST' as const };
  const configJson = JSON.stringify(webhook);
  const asked = { name: 'Call', ruleType: 'webhook' as const, config: webhook, delayMinutes: 30 };
  const createWebhook = async () =>
    made(await createRule(management.deps, 'rly_1', asked, { caller: 'ci', access: fullAccess, configJson }));
  const change = (rule: Rule, changes: Parameters<typeof updateRule>[2], text: string) =>
    updateRule(management.deps, rule, changes, { caller: 'ci', access: fullAccess, configJson: text });

  test('needs no integration', async () => {
    management.integrations.rows.clear();
    expect(await createWebhook()).toMatchObject({ ruleType: 'webhook', delayMinutes: 30, configJson });
  });

  test('becomes an agent rule, with its config, and back', async () => {
    const rule = await createWebhook();
    const agent = made(await change(rule, { ruleType: 'agent', config }, '{"agent":1}'));
    expect(agent).toMatchObject({ ruleType: 'agent', configJson: '{"agent":1}', version: 2 });
    expect(await change(agent, { ruleType: 'webhook', config: webhook }, configJson)).toMatchObject({
      ...{ ruleType: 'webhook', configJson, version: 3 },
    });
  });

  test.each([
    ['the type alone', { ruleType: 'agent' as const }],
    ['the config of the other type alone', { config }],
    ['a type and the config of the other one', { ruleType: 'agent' as const, config: webhook }],
  ])('%s is refused, and nothing changes', async (_, changes) => {
    const rule = await createWebhook();
    expect(await change(rule, changes, '{}')).toMatchObject({ status: 400, issues: [{ path: ['config'] }] });
    expect(await getRule(management.deps, rule)).toEqual(rule);
  });
});
