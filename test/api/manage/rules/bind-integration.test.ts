import { beforeEach, describe, expect, test } from 'vitest';
import { updateIntegration } from '../../../../functions/api/manage/integrations/integrations.ts';
import type { RuleInput } from '../../../../functions/api/manage/rules/rule-input.ts';
import { createRule, updateRule } from '../../../../functions/api/manage/rules/rules.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';
import { made } from '../made.ts';

const ours = 'https://opencode.internal.corp:4096';
const theirs = 'https://evil.example';
const refused = { status: 400, issues: [{ path: ['config', 'endpoint'], code: 'endpoint_refused' }] };

let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  management = fakeManagement();
});

const input = (endpoint: string, externalKey?: string): RuleInput => ({
  name: 'Investigate',
  ruleType: 'agent',
  config: { agentType: 'opencode', integrationId: 'int_1', endpoint },
  ...(externalKey !== undefined && { externalKey }),
});
const create = (endpoint: string, externalKey?: string) => {
  const given = input(endpoint, externalKey);
  return createRule(management.deps, 'rly_1', given, {
    caller: 'ci',
    access: fullAccess,
    configJson: JSON.stringify(given.config),
  });
};
const binding = () => management.integrations.rows.get('int_1')?.binding;

describe('a rule and the origins of its integration', () => {
  test('the first rule binds the integration, and no other rule can name another endpoint', async () => {
    made(await create(`${ours}/`));
    expect(binding()).toEqual({ origins: [ours], from: 'first_rule' });
    made(await create(ours, 'other'));
    const attempt = await create(theirs);
    expect(attempt).toMatchObject(refused);
    expect(JSON.stringify(attempt)).toContain(ours);
    expect(binding()?.origins).toEqual([ours]);
    expect(management.rules.rules.size).toBe(2);
  });

  test('a rule cannot be changed to another endpoint, neither by its id nor by its key', async () => {
    const rule = made(await create(ours, 'k'));
    const { config } = input(theirs);
    const sent = { caller: 'ci', access: fullAccess, configJson: JSON.stringify(config) };
    expect(await updateRule(management.deps, rule, { config }, sent)).toMatchObject(refused);
    expect(await create(theirs, 'k')).toMatchObject(refused);
    expect(management.rules.rules.get(rule.id)).toEqual(rule);
  });

  test('of two first rules at once one binds, and the other is refused', async () => {
    const results = await Promise.all([create(ours), create(theirs)]);
    expect(results.filter((result) => 'id' in result)).toHaveLength(1);
    expect(results).toContainEqual(expect.objectContaining({ status: 400 }));
    expect(binding()?.origins).toHaveLength(1);
  });

  test('origins that the owner has named bind every rule, the first one too', async () => {
    made(await updateIntegration(management.deps, 'int_1', { metadata: { origins: [ours] }, apiKey: 'again' }));
    expect(await create(theirs)).toMatchObject(refused);
    made(await create(ours));
    expect(binding()).toEqual({ origins: [ours], from: 'owner' });
  });

  test('a rule that is refused for anything else binds nothing', async () => {
    const { config } = input(theirs);
    const sent = { caller: 'ci', access: fullAccess, configJson: JSON.stringify(config) };
    expect(await createRule(management.deps, 'rly_2', input(theirs), sent)).toMatchObject({ status: 404 });
    const nobody = { relayId: 'rly_1', id: 'rul_unknown' };
    expect(await updateRule(management.deps, nobody, { config }, sent)).toMatchObject({ status: 404 });
    expect(binding()).toBeUndefined();
  });
});
