import { describe, expect, test } from 'vitest';
import { relayInput } from '../../../functions/api/manage/relay/relays.ts';
import { ruleChange, ruleFilter, ruleInput } from '../../../functions/api/manage/rules/rule-input.ts';
import { told } from './told.ts';

const config = { agentType: 'opencode', integrationId: 'int_1', endpoint: 'https://opencode.internal.corp:4096' };
const rule = { name: 'r', ruleType: 'agent', config };

describe('rules', () => {
  const cases: [what: string, input: unknown, issues: string[]][] = [
    ['the least', rule, []],
    [
      'storm fields',
      { ...rule, config: { ...config, stormThreshold: 2, stormWindowSeconds: 300, maxImmediateDispatches: 0 } },
      [],
    ],
    ['nothing', {}, ['ruleType: is required.']],
    ['its type alone', { ruleType: 'agent' }, ['name: is required.', 'config: is required.']],
    ['a type that is none', { ...rule, ruleType: 'agnet' }, ['ruleType: must be "agent" or "webhook".']],
    ['a list', [], [': The body must be an object.']],
    [
      'wrong kinds',
      { ...rule, name: 1, enabled: 'yes', order: 1.5 },
      ['name: must be a string.', 'order: must be a whole number.', 'enabled: must be true or false.'],
    ],
    ['an empty name', { ...rule, name: '' }, ['name: must not be empty.']],
    ['a long name', { ...rule, name: 'x'.repeat(256) }, ['name: must have at most 255 characters.']],
    ['half a surrogate', { ...rule, group: '\ud800' }, ['group: must be well-formed Unicode.']],
    ['a negative order', { ...rule, order: -1 }, ['order: must be at least 0.']],
    ['a delay', { ...rule, delayMinutes: 5 }, []],
    ['a delay past its limit', { ...rule, delayMinutes: 1441 }, ['delayMinutes: must be at most 1440.']],
    [
      'a fast poll',
      { ...rule, config: { ...config, pollInterval: 999 } },
      ['config.pollInterval: must be at least 1000.'],
    ],
    [
      'many polls',
      { ...rule, config: { ...config, maxPollAttempts: 1001 } },
      ['config.maxPollAttempts: must be at most 1000.'],
    ],
    [
      'a misspelt field',
      { ...rule, config: { ...config, poll_interval: 1 } },
      ['config.poll_interval: is not a known field. (pollInterval)'],
    ],
    [
      'a field one level up',
      { ...rule, config: { ...config, directory: '/srv' } },
      ['config.directory: is not a known field. (config.directory)'],
    ],
    [
      'a field two levels up',
      { ...rule, directory: '/srv' },
      ['directory: is not a known field. (config.config.directory)'],
    ],
    ['a field like no other', { ...rule, colour: 'red' }, ['colour: is not a known field.']],
    [
      'a key of the prototype',
      JSON.parse('{"ruleType":"agent","__proto__":{"name":"r"}}'),
      ['name: is required.', 'config: is required.', '__proto__: is not a known field.'],
    ],
    [
      'a relative directory',
      { ...rule, config: { ...config, config: { directory: 'srv' } } },
      ['config.config.directory: must start with "/".'],
    ],
    [
      'an unknown workspace',
      { ...rule, config: { ...config, config: { workspace: 'none' } } },
      ['config.config.workspace: must be "worktree" or "shared".'],
    ],
    [
      'a password in the endpoint',
      { ...rule, config: { ...config, endpoint: 'https://a:hidden@b' } },
      ['config.endpoint: must not carry a user name or password: set them on the integration.'],
    ],
    [
      'another rule type',
      { ...rule, ruleType: 'schedule_notify', config: { scheduleId: 'sch_1' } },
      ['ruleType: "schedule_notify" is not supported: ruleType must be "agent" or "webhook".'],
    ],
    ['a webhook', { ...rule, ruleType: 'webhook', config: { endpoint: 'https://a' } }, []],
    [
      'a misspelt field of a webhook',
      { ...rule, ruleType: 'webhook', config: { endpoint: 'https://a', methd: 'POST' } },
      ['config.methd: is not a known field. (method)'],
    ],
    [
      'another agent',
      { ...rule, config: { agentType: 'devin', repository: 'r' } },
      ['config.agentType: "devin" is not supported: agentType must be "opencode".'],
    ],
    [
      'no agent at all',
      { ...rule, config: { ...config, agentType: 'opencod' } },
      ['config.agentType: must be "opencode".'],
    ],
  ];
  test.each(cases)('%s', (_, input, issues) => {
    expect(told(ruleInput, input)).toEqual(issues);
  });

  test('a prompt template is checked when it is written', () => {
    const template = { ...rule, config: { ...config, config: { promptTemplate: 'Look at {{alert.titel}}' } } };
    expect(told(ruleInput, template)).toEqual([expect.stringMatching(/^config\.config\.promptTemplate: .*title/)]);
  });

  test('a wait that is to grow downwards', () => {
    const polling = (pollInterval: number, maxPollInterval: number) =>
      told(ruleInput, { ...rule, config: { ...config, pollInterval, config: { maxPollInterval } } });
    const below = 'must not be below pollInterval (60000): the wait grows from that up to this.';
    expect(polling(60_000, 59_999)).toEqual([`config.config.maxPollInterval: ${below}`]);
    expect(polling(60_000, 60_000)).toEqual([]);
  });

  test('a change names what it changes, and never the external key', () => {
    expect(told(ruleChange, {})).toEqual([]);
    expect(told(ruleChange, { enabled: false })).toEqual([]);
    expect(told(ruleChange, { externalKey: 'k' })).toEqual([
      'externalKey: cannot be changed: it is what the rule is known by.',
    ]);
    expect(told(ruleChange, { config: { agentType: 'opencode' } })).toEqual([
      'config.integrationId: is required.',
      'config.endpoint: is required.',
    ]);
  });

  test('a filter is true or false, and misspelt ones are named', () => {
    expect(told(ruleFilter, { enabled: 'true', ruleType: 'webhook' })).toEqual([]);
    expect(told(ruleFilter, { enabled: '1' })).toEqual(['enabled: must be "true" or "false".']);
    expect(told(ruleFilter, { enable: 'true' })).toEqual(['enable: is not a known field. (enabled)']);
  });

  test('no more than 50 are told', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1]));
    expect(told(ruleInput, { ...rule, ...many })).toHaveLength(50);
  });
});

test('relays', () => {
  expect(told(relayInput, { name: 'r', repeat: 'twice' })).toEqual(['repeat: must be "none" or "once" or "all".']);
  expect(told(relayInput, { name: 'r', repeatPolicy: 'once' })).toEqual(['repeatPolicy: is not a known field.']);
  expect(told(relayInput, { name: 'r', externalkey: 'k' })).toEqual([
    'externalkey: is not a known field. (externalKey)',
  ]);
});
