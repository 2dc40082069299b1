import { expect, test } from 'vitest';
import { createEndpointPolicy } from '../../../functions/adapters/http/endpoint-policy.ts';
import type { RuleType } from '../../../functions/domain/rule/rule.ts';

const privateHosts = 'localhost, opencode.internal.corp:4096';
const policy = createEndpointPolicy({ privateHosts, agent: 'allowed', webhook: 'refused' });

/** What agent rules and webhook rules are told alike. */
const cases: [endpoint: string, refusal: RegExp | undefined][] = [
  ['https://opencode.example.com', undefined],
  ['http://opencode.internal.corp:4096', undefined],
  ['http://localhost:4096', undefined],
  ['http://opencode.example.com', /not https.*`privateHosts`/],
  ['http://opencode.internal.corp:8080', /not https.*`privateHosts`/],
  ['https://127.0.0.1', /loopback.*`privateHosts`/],
  ['https://2130706433', /loopback/],
  ['https://0x7f.1', /loopback/],
  ['https://169.254.169.254', /metadata.*`privateHosts`/],
  ['https://2852039166', /metadata/],
  ['https://[::ffff:169.254.169.254]', /metadata/],
  ['https://[::1]:4096', /loopback/],
  ['https://[fd20:ce::254]', /metadata service\. Nothing allows that/],
];
test.each(cases)('%s', (endpoint, refusal) => {
  for (const ruleType of ['agent', 'webhook'] as const) {
    if (refusal) expect(policy.refusal(endpoint, ruleType)).toMatch(refusal);
    else expect(policy.refusal(endpoint, ruleType)).toBeUndefined();
  }
});

test('private networks: each kind of rule has a key of its own, which its refusal names', () => {
  const shut = createEndpointPolicy({ privateHosts: '', agent: 'refused', webhook: 'allowed' });
  const told = (of: typeof policy, ruleType: RuleType) => of.refusal('https://10.0.0.7:4096', ruleType);
  expect(told(policy, 'agent')).toBeUndefined();
  expect(told(policy, 'webhook')).toMatch(/private network.*`privateWebhooks` to allowed/);
  expect(told(shut, 'agent')).toMatch(/private network.*`privateServers` to allowed/);
  expect(told(shut, 'webhook')).toBeUndefined();
});
