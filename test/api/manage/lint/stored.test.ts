import { describe, expect, test } from 'vitest';
import { issuesOfStored, type Stored } from '../../../../functions/api/manage/lint/stored.ts';
import { lintCodes } from '../../../../functions/contract/lint.ts';
import type { Webhook } from '../../../../functions/domain/webhook/webhook.ts';
import { sampleRelay, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { sampleWebhook } from '../../../support/fakes/intake.ts';
import { httpsOnly } from '../../../support/fakes/looks.ts';

const signed = sampleWebhook({ auth: { scheme: 'bearer', versions: [{ id: 'v1', secrets: 1 }] } });
const found = (changes: Partial<Stored>) =>
  issuesOfStored({
    relay: sampleRelay,
    webhooks: [signed],
    rules: [sampleRule()],
    integrations: new Map([['int_1', bound('https://opencode.internal.corp:4096', 'http://opencode.internal.corp')]]),
    endpoints: httpsOnly,
    ...changes,
  }).map(({ code, message, ruleId, details, relayId, severity }) => {
    expect(relayId).toBe('rly_1');
    expect(severity).toBe(Object.entries(lintCodes).find(([name]) => name === code)?.[1]);
    return { code, message, ...(ruleId !== undefined && { ruleId }), ...(details && { details }) };
  });

const bound = (...origins: string[]) => ({ binding: { origins, from: 'owner' as const } });
const ours = 'https://opencode.internal.corp:4096';
const off = (id: string) => sampleRule({ id, enabled: false });
const offHook: Webhook = sampleWebhook({ enabled: false });

const withChecks = (options: Record<string, unknown>) => {
  const verify = [{ name: 'tests', command: 'npm test', minutes: 5, on: 'base_and_patch' }];
  return sampleRule({}, { config: { verify, verifyRetries: 1, ...options } });
};

describe('what is wrong with a relay', () => {
  test('nothing', () => expect(found({})).toEqual([]));
  test('nothing with checks that have time', () => {
    expect(found({ rules: [withChecks({ verifyRequired: true, maxMinutes: 12 })] })).toEqual([]);
    expect(found({ rules: [withChecks({ verifyRetries: 0, maxMinutes: 11 })] })).toEqual([]);
  });

  const cases: [what: string, changes: Partial<Stored>, code: string, message: RegExp][] = [
    ['it has no rule', { rules: [] }, 'relay.no_rules', /starts nothing/],
    ['all its rules are off', { rules: [off('rul_1'), off('rul_2')] }, 'relay.all_rules_disabled', /switched off/],
    ['it has no webhook', { webhooks: [] }, 'relay.no_enabled_webhook', /no rule can ever run/],
    ['all its webhooks are off', { webhooks: [offHook] }, 'relay.no_enabled_webhook', /no rule can ever run/],
    ['a webhook that anybody may use', { webhooks: [sampleWebhook(), offHook] }, 'webhook.no_signature', /Set `auth`/],
    [
      'a webhook that asks for less than another',
      {
        webhooks: [
          signed,
          sampleWebhook({ auth: { scheme: 'pagerduty', versions: [{ id: 'v1', secrets: 1 }] } }),
          offHook,
        ],
      },
      'webhook.weaker_than_others',
      /changes no alert of that/,
    ],
    [
      'a config of another day',
      { rules: [sampleRule({}, { pollInterval: 7 })] },
      'rule.invalid_config',
      /pollInterval/,
    ],
    [
      'findings without checks',
      { rules: [withChecks({ verify: undefined, verifyRequired: true })] },
      'rule.no_checks',
      /`verifyRetries` and `verifyRequired`, and has no `verify`/,
    ],
    [
      'a requirement without checks',
      { rules: [withChecks({ verify: undefined, verifyRetries: 0, verifyRequired: true })] },
      'rule.no_checks',
      /it sets `verifyRequired`, and/,
    ],
    [
      'checks that litter',
      { rules: [withChecks({ workspace: 'shared' })] },
      'rule.checks_in_shared_directory',
      /"workspace": "worktree"/,
    ],
    [
      'checks that leave no time, and 30 s to kill each',
      { rules: [withChecks({ maxMinutes: 11 })] },
      'rule.no_time_for_findings',
      /may take 11 minutes, and `maxMinutes` is 11/,
    ],
    ['its integration is gone', { integrations: new Map() }, 'rule.unknown_integration', /int_1 is not there/],
    [
      'an integration that nobody has bound',
      { integrations: new Map([['int_1', {}]]) },
      'rule.unbound_integration',
      /https:\/\/opencode\.internal\.corp:4096 in its metadata\.origins/,
    ],
    [
      'an integration that the first rule has bound',
      { integrations: new Map([['int_1', { binding: { origins: [ours], from: 'first_rule' as const } }]]) },
      'rule.bound_on_first_use',
      /int_1 to https:\/\/opencode\.internal\.corp:4096/,
    ],
    [
      'a password that is short',
      { integrations: new Map([['int_1', { ...bound(ours), shortPassword: true }]]) },
      'rule.short_password',
      /fewer than 8 characters/,
    ],
    [
      'a password that may not go there',
      { integrations: new Map([['int_1', bound('https://other.corp', `${ours}1`)]]) },
      'rule.endpoint_refused',
      /int_1 may go to https:\/\/other\.corp, .*40961 only/,
    ],
    [
      'an address that is not called',
      { rules: [sampleRule({}, { endpoint: 'http://opencode.internal.corp' })] },
      'rule.endpoint_not_allowed',
      /Rule "Fix checkout": The server is not called/,
    ],
    [
      'more polls than an execution has time for',
      { timeoutSeconds: 22_000, rules: [sampleRule({}, { pollInterval: 30_000, maxPollAttempts: 120 })] },
      'rule.poll_budget',
      // 120 × (30 + 2 × 125 + 2) + 28,800.
      /may take 62640 s .* cut off after 22000 s/,
    ],
  ];
  test.each(cases)('%s', (_, changes, code, message) => {
    expect(found(changes)).toMatchObject([{ code, message: expect.stringMatching(message) }]);
  });

  test('a rule within the limits always has time', () => {
    const slowest = sampleRule({}, { pollInterval: 300_000, maxPollAttempts: 1_000 });
    expect(found({ rules: [slowest] })).toEqual([]);
  });

  test('what is wrong with a rule that is switched off is not told', () => {
    const broken = sampleRule({ id: 'rul_2', enabled: false }, { pollInterval: 7 });
    expect(found({ rules: [sampleRule(), broken] })).toEqual([]);
  });

  test('rules of one group with one order are told once, others are not', () => {
    const rules = [
      sampleRule({ id: 'rul_1', group: 'default' }),
      sampleRule({ id: 'rul_2', group: 'default' }),
      sampleRule({ id: 'rul_3', group: 'default' }),
      sampleRule({ id: 'rul_4', group: 'default', order: 1 }),
      sampleRule({ id: 'rul_5', group: 'other' }),
      off('rul_6'),
    ];
    expect(found({ rules })).toEqual([
      {
        code: 'rule.same_order',
        message: '3 rules of group "default" have order 0: the older one comes first.',
        ruleId: 'rul_1',
        details: { ruleIds: ['rul_1', 'rul_2', 'rul_3'] },
      },
    ]);
  });

  test('a webhook rule is judged by the address that it calls', () => {
    const webhook = (endpoint: string) =>
      sampleRule({ id: endpoint, ruleType: 'webhook', configJson: JSON.stringify({ endpoint }) });
    const rules = [webhook('https://hooks.example.com/a?b=c'), webhook('http://hooks.example.com/')];
    expect(found({ rules })).toMatchObject([
      { code: 'rule.endpoint_not_allowed', ruleId: 'http://hooks.example.com/' },
    ]);
  });

  test('one rule may have several problems', () => {
    const rules = [sampleRule({}, { endpoint: 'http://opencode.internal.corp' })];
    const codes = found({ rules, integrations: new Map(), webhooks: [] }).map(({ code }) => code);
    expect(codes).toEqual(['relay.no_enabled_webhook', 'rule.unknown_integration', 'rule.endpoint_not_allowed']);
  });
});
