import { describe, expect, test } from 'vitest';
import { decide, type RoutingCase } from '../../../functions/domain/decision/routing.ts';
import {
  sampleAlert,
  sampleConfig,
  sampleIntegration,
  sampleRelay,
  sampleRule,
} from '../../support/fakes/alert-samples.ts';

const decided = (changes: Partial<RoutingCase>) =>
  decide({
    entry: 'firing',
    alert: sampleAlert({ id: 'alr_1' }),
    relay: sampleRelay,
    rule: sampleRule(),
    integrations: new Map([['int_1', sampleIntegration]]),
    at: new Date('2027-03-01T12:00:00.000Z'),
    catalogue: undefined,
    pauseSwitch: undefined,
    ...changes,
  });

const routedAt = '2027-03-01T12:00:01.000Z';
const resolvedAt = '2027-03-01T12:30:00.000Z';
const off = sampleRule({ enabled: false });
const broken = sampleRule({}, { pollInterval: 7 });

describe('what a rule does with an entry', () => {
  const cases: [what: string, changes: Partial<RoutingCase>, reason: string, sentence: RegExp][] = [
    [
      'a new alert',
      {},
      'started',
      /alert alr_1 "Checkout .*" of severity critical began at .* in relay "Production", and rule "Fix checkout", version 3,/,
    ],
    ['a repeat', { alert: sampleAlert({ routedAt }) }, 'duplicate_alert', /open and was routed at 2027-03-01T12:00:01/],
    ['a resolved entry', { entry: 'resolved' }, 'resolved', /The sender says/],
    ['an update', { entry: 'update' }, 'update', /has changed/],
    ['an acknowledgement', { entry: 'acknowledged' }, 'acknowledged', /in somebody's hands/],
    ['no data', { entry: 'unknown' }, 'unknown_state', /for want of data/],
    ['a test', { entry: 'test' }, 'test', /^A test.*it would be: started\. The alert/],
    ['a test of what is over', { entry: 'test', alert: sampleAlert({ resolvedAt, routedAt }) }, 'test', /: started\./],
    ['a test, switched off', { entry: 'test', rule: off }, 'test', /: rule_disabled\. Rule .* is switched off/],
    ['a closed alert', { alert: sampleAlert({ resolvedAt }) }, 'resolved', /was resolved at 2027-03-01T12:30:00/],
    ['a closed alert that was routed', { alert: sampleAlert({ routedAt, resolvedAt }) }, 'resolved', /was resolved/],
    ['a repeat, switched off', { alert: sampleAlert({ routedAt }), rule: off }, 'duplicate_alert', /repeat/],
    ['a resolved entry, switched off', { entry: 'resolved', rule: off }, 'resolved', /is over/],
    ['switched off', { rule: off }, 'rule_disabled', /Rule "Fix checkout" is switched off/],
    ['switched off and broken', { rule: sampleRule({ enabled: false }, { pollInterval: 7 }) }, 'rule_disabled', /off/],
    ['broken', { rule: broken }, 'invalid_rule', /"Fix checkout" .* version 3 \(pollInterval: .*1000\)\.$/],
    [
      'broken deeper',
      { rule: sampleRule({}, { config: { directory: 'srv' } }) },
      'invalid_rule',
      /\(config\.directory: /,
    ],
    ['of a later version', { rule: sampleRule({}, { sleepy: true }) }, 'invalid_rule', /\(config: .*sleepy/],
    ['no JSON', { rule: sampleRule({ configJson: '{' }) }, 'invalid_rule', /\(config: /],
    [
      'a template of another day',
      { rule: sampleRule({}, { config: { promptTemplate: '{{alret}}' } }) },
      'invalid_rule',
      /\(config\.promptTemplate: .*did you mean \{\{alert\}\}/,
    ],
    [
      'paused',
      { pauseSwitch: { paused: true, by: 'ana', at: '2027-03-01T11:00:00.000Z', reason: 'deploying' } },
      'paused',
      /paused since 2027-03-01T11:00:00.000Z by ana \("deploying"\)/,
    ],
    [
      'resumed',
      { pauseSwitch: { paused: false, by: 'ana', at: '2027-03-01T11:00:00.000Z' } },
      'started',
      /had not run/,
    ],
    [
      'its integration is gone',
      { integrations: new Map([['int_2', sampleIntegration]]) },
      'invalid_rule',
      /\(integrationId: the integration int_1 is not there\)/,
    ],
  ];

  test.each(cases)('%s', (_, changes, reason, sentence) => {
    const verdict = decided(changes);
    expect(verdict.kind === 'act' ? 'started' : verdict.reason).toBe(reason);
    expect(verdict.sentence).toMatch(sentence);
  });
});

test('what starts comes with its parsed config', () => {
  expect(decided({})).toMatchObject({ kind: 'act', action: { type: 'agent', config: sampleConfig } });
});

test('a sentence is one line, whatever the title holds', () => {
  const verdict = decided({ alert: sampleAlert({ title: 'a\nb\u202ec' }) });
  expect(verdict.sentence).toContain('"a bc"');
});

test('the sentence of a rule that does not fit holds no value of it', () => {
  const endpoint = 'https://user:s3cret@opencode.internal.corp';
  expect(decided({ rule: sampleRule({}, { endpoint }) }).sentence).toMatch(/^Rule .*\(endpoint: (?!.*s3cret)/);
});
