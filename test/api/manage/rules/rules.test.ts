import { beforeEach, describe, expect, test } from 'vitest';
import { ApiRefusal } from '../../../../functions/api/manage/refusal.ts';
import type { RuleInput } from '../../../../functions/api/manage/rules/rule-input.ts';
import {
  createRule,
  deleteRule,
  getRule,
  listRules,
  updateRule,
} from '../../../../functions/api/manage/rules/rules.ts';
import type { Rule } from '../../../../functions/domain/rule/rule.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';

type AgentInput = Extract<RuleInput, { ruleType: 'agent' }>;
const config: AgentInput['config'] = {
  agentType: 'opencode',
  integrationId: 'int_1',
  endpoint: 'https://opencode.internal.corp:4096',
};
const input: AgentInput = { name: 'Investigate', ruleType: 'agent', config };
const configJson = '{ "endpoint":"https://opencode.internal.corp:4096","integrationId":"int_1","agentType":"opencode"}';
const sent = { caller: 'ci', access: fullAccess, configJson };

let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  management = fakeManagement();
});

const made = (result: Rule | ApiRefusal): Rule => {
  if (result instanceof ApiRefusal) throw new Error(result.message);
  return result;
};
const create = async (changes: Partial<AgentInput> = {}, caller = 'ci') =>
  made(await createRule(management.deps, 'rly_1', { ...input, ...changes }, { ...sent, caller }));

describe('creating a rule', () => {
  test('keeps the text of config and gives everything else its default', async () => {
    const rule = await create();
    expect(rule).toEqual({
      id: 'rul_new1',
      relayId: 'rly_1',
      name: 'Investigate',
      group: 'default',
      order: 0,
      delayMinutes: 0,
      ruleType: 'agent',
      configJson,
      enabled: true,
      version: 1,
      createdBy: 'ci',
      updatedBy: 'ci',
      createdAt: '2027-03-01T12:00:00.000Z',
      updatedAt: '2027-03-01T12:00:00.000Z',
    });
  });

  test('needs its relay and its integration', async () => {
    expect(await createRule(management.deps, 'rly_2', input, sent)).toMatchObject({ status: 404 });
    const unknown = { ...input, config: { ...config, integrationId: 'int_2' } };
    expect(await createRule(management.deps, 'rly_1', unknown, sent)).toMatchObject({
      status: 400,
      issues: [{ path: ['config', 'integrationId'], code: 'unknown_integration' }],
    });
  });

  test('with the key of another one makes its next version: what is named changes, the rest stays', async () => {
    const first = await create({ externalKey: 'k', enabled: false, order: 3 });
    const second = await create({ externalKey: 'k', name: 'Renamed' }, 'admin');
    expect(second).toEqual({ ...first, name: 'Renamed', version: 2, updatedBy: 'admin' });
  });

  test('twice with the same key and content, or twice at once, is one rule in one version', async () => {
    const [first, second] = await Promise.all([create({ externalKey: 'k' }), create({ externalKey: 'k' })]);
    expect(second).toEqual(first);
    expect(await create({ externalKey: 'k' })).toMatchObject({ id: first.id, version: 1 });
    expect(management.rules.rules.size).toBe(1);
  });

  test('with the key of a deleted one makes it anew, and the versions go on', async () => {
    const first = await create({ externalKey: 'k', enabled: false });
    await deleteRule(management.deps, first, 'ci');
    const again = await create({ externalKey: 'k' });
    expect(again).toMatchObject({ id: first.id, enabled: true, version: 3 });
    expect(again).not.toHaveProperty('deletedAt');
    expect(await getRule(management.deps, first)).toEqual(again);
  });

  test('has no room for more than a relay run has turns; one that is there has its place', async () => {
    const others = Array.from({ length: 299 }, (_, index) => sampleRule({ id: `rul_${index}x` }));
    management = fakeManagement({ storedRules: others });
    const kept = await create({ externalKey: 'k' });
    expect(await createRule(management.deps, 'rly_1', input, sent)).toMatchObject({
      status: 409,
      message: expect.stringContaining('at most 300 rules'),
    });
    expect(await create({ externalKey: 'k', group: 'g' })).toMatchObject({ id: kept.id, group: 'g' });
  });

  test('the same key in another relay is another rule', async () => {
    const relay = management.relays.relays.get('rly_1');
    if (relay) management.relays.relays.set('rly_2', { ...relay, id: 'rly_2' });
    const first = await create({ externalKey: 'k' });
    const other = made(await createRule(management.deps, 'rly_2', { ...input, externalKey: 'k' }, sent));
    expect(other.id).not.toBe(first.id);
  });
});

describe('changing a rule', () => {
  const change = (rule: Rule, changes: Parameters<typeof updateRule>[2], text?: string) =>
    updateRule(management.deps, rule, changes, { caller: 'admin', access: fullAccess, configJson: text });

  test('changes what is named, makes a version and notes by whom', async () => {
    const rule = await create({ externalKey: 'k' });
    expect(await change(rule, { enabled: false, group: 'g', order: 2 })).toEqual({
      ...rule,
      enabled: false,
      group: 'g',
      order: 2,
      version: 2,
      updatedBy: 'admin',
    });
  });

  test('replaces config as a whole', async () => {
    const rule = await create();
    expect(await change(rule, { config }, '{"new":1}')).toMatchObject({ configJson: '{"new":1}', version: 2 });
    const unknown = { ...config, integrationId: 'int_2' };
    expect(await change(rule, { config: unknown }, '{}')).toMatchObject({ status: 400 });
  });

  test('without a change makes no version', async () => {
    const rule = await create();
    expect(await change(rule, { enabled: true })).toEqual(rule);
  });

  test('a change lost to another one is made on top of it', async () => {
    const rule = await create();
    const [first, second] = await Promise.all([change(rule, { name: 'n' }), change(rule, { order: 7 })]);
    expect([made(first).version, made(second).version].sort()).toEqual([2, 3]);
    expect(await getRule(management.deps, rule)).toMatchObject({ name: 'n', order: 7, version: 3 });
  });

  test('lost twice in a row it is a conflict', async () => {
    const rule = await create();
    let tries = 0;
    const rules = { ...management.rules, update: async () => tries++ > 9 };
    const lost = await updateRule({ ...management.deps, rules }, rule, { name: 'n' }, sent);
    expect(lost).toMatchObject({ status: 409, code: 'conflict' });
    expect(tries).toBe(2);
  });

  test('a rule is not found in another relay', async () => {
    const rule = await create();
    expect(await change({ ...rule, relayId: 'rly_2' }, { name: 'n' })).toMatchObject({ status: 404 });
  });
});

test('a deleted rule is gone for everyone, and stays stored', async () => {
  const rule = await create();
  expect(await deleteRule(management.deps, rule, 'admin')).toEqual({ success: true });
  expect(await getRule(management.deps, rule)).toMatchObject({ status: 404 });
  expect(await deleteRule(management.deps, rule, 'admin')).toMatchObject({ status: 404 });
  expect(await updateRule(management.deps, rule, { name: 'n' }, sent)).toMatchObject({ status: 404 });
  expect(await listRules(management.deps, 'rly_1', {})).toEqual([]);
  expect(management.rules.rules.get(rule.id)).toMatchObject({ deletedAt: expect.any(String), updatedBy: 'admin' });
});

test('the list takes filters, and an unknown relay is not found', async () => {
  const on = await create();
  const off = await create({ enabled: false });
  expect(await listRules(management.deps, 'rly_1', {})).toEqual([on, off]);
  expect(await listRules(management.deps, 'rly_1', { enabled: false })).toEqual([off]);
  expect(await listRules(management.deps, 'rly_1', { enabled: true, ruleType: 'agent' })).toEqual([on]);
  expect(await listRules(management.deps, 'rly_1', { ruleType: 'webhook' })).toEqual([]);
  expect(await listRules(management.deps, 'rly_2', {})).toMatchObject({ status: 404 });
});
