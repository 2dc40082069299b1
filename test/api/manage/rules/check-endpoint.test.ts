import { beforeEach, describe, expect, test } from 'vitest';
import { createEndpointPolicy } from '../../../../functions/adapters/http/endpoint-policy.ts';
import { ruleInput } from '../../../../functions/api/manage/rules/rule-input.ts';
import { createRule, type RuleDeps, updateRule } from '../../../../functions/api/manage/rules/rules.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';
import { made } from '../made.ts';

const privateHosts = 'opencode.internal.corp:4096';
let management: ReturnType<typeof fakeManagement>;
let deps: RuleDeps;
beforeEach(() => {
  management = fakeManagement();
  const endpoints = createEndpointPolicy({ privateHosts, agent: 'allowed', webhook: 'refused' });
  deps = { ...management.deps, endpoints };
});

const configOf = {
  agent: (endpoint: string) => ({ agentType: 'opencode', integrationId: 'int_1', endpoint }),
  webhook: (endpoint: string) => ({ endpoint }),
};
type Type = keyof typeof configOf;
const sent = { caller: 'ci', access: fullAccess, configJson: '{}' };
const create = (ruleType: Type, endpoint: string) =>
  createRule(deps, 'rly_1', ruleInput.parse({ name: 'n', ruleType, config: configOf[ruleType](endpoint) }), sent);

const refused: [endpoint: string, key: RegExp][] = [
  ['https://169.254.169.254', /`privateHosts`/],
  ['https://2852039166', /`privateHosts`/],
  ['https://0xa9.254.43518', /`privateHosts`/],
  ['https://localhost', /`privateHosts`/],
  ['https://127.1:8443', /`privateHosts`/],
  ['https://[::1]', /`privateHosts`/],
  ['https://[::ffff:a9fe:a9fe]', /`privateHosts`/],
  ['https://[64:ff9b::a9fe:a9fe]', /`privateHosts`/],
  ['https://[fe80::1]', /`privateHosts`/],
  ['http://opencode.example.com', /`privateHosts`/],
  ['http://opencode.internal.corp:8080', /`privateHosts`/],
  ['https://[fd20:ce::254]', /Nothing allows that/],
  ['https://[fd00:ec2::254]', /Nothing allows that/],
];
const privates = ['https://10.0.0.7', 'https://100.64.0.1', 'https://[fd12::1]', 'https://[64:ff9b::a00:7]'];

describe.each(['agent', 'webhook'] as const)('a rule of type %s', (ruleType) => {
  test.each(refused)(
    'for %s is refused when it is written, with what allows it, and binds nothing',
    async (endpoint, key) => {
      const issue = { path: ['config', 'endpoint'], code: 'endpoint_not_allowed', message: expect.stringMatching(key) };
      expect(await create(ruleType, endpoint)).toMatchObject({ status: 400, issues: [issue] });
      expect(management.rules.rules.size).toBe(0);
      expect(management.integrations.rows.get('int_1')?.binding).toBeUndefined();
    },
  );

  test('is refused when it is changed to such an endpoint', async () => {
    const rule = made(await create(ruleType, 'https://a.example.com'));
    const parsed = ruleInput.parse({ name: 'n', ruleType, config: configOf[ruleType]('https://169.254.169.254') });
    const result = await updateRule(deps, rule, { config: parsed.config }, sent);
    expect(result).toMatchObject({ status: 400, issues: [{ code: 'endpoint_not_allowed' }] });
    expect(management.rules.rules.get(rule.id)).toEqual(rule);
  });

  test.each(['https://opencode.internal.corp:4096', 'http://opencode.internal.corp:4096', 'https://8.8.8.8'])(
    'for %s is taken',
    async (endpoint) => {
      expect(made(await create(ruleType, endpoint))).toMatchObject({ ruleType });
    },
  );
});

test.each(privates)('%s is taken for an OpenCode server, and refused to a webhook rule', async (endpoint) => {
  expect(made(await create('agent', endpoint))).toMatchObject({ ruleType: 'agent' });
  const issue = { code: 'endpoint_not_allowed', message: expect.stringMatching(/`privateWebhooks` to allowed/) };
  expect(await create('webhook', endpoint)).toMatchObject({ status: 400, issues: [issue] });
});
