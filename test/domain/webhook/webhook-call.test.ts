import { describe, expect, test } from 'vitest';
import { webhookCallSchema } from '../../../functions/contract/webhook-call.ts';
import type { WebhookConfig } from '../../../functions/domain/rule/webhook-rule.ts';
import { type CallOf, webhookCallOf } from '../../../functions/domain/webhook/webhook-call.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';

const outcome = {
  ruleName: 'Fix checkout',
  outcome: 'no_changes',
  cause: 'The agent changed nothing.',
  costUsd: 0.25,
  sessionUrl: 'https://opencode.internal.corp:4096/session/ses_1',
} as const;

const callOf = (config: Partial<WebhookConfig> = {}, changes: Partial<CallOf> = {}) =>
  webhookCallOf({
    alert: sampleAlert(),
    relay: { id: 'rly_1', name: 'Production' },
    rule: { id: 'rul_1', name: 'Tell the team' },
    config: { endpoint: 'https://hooks.example.com/alerts', ...config },
    decision: { reason: 'webhook_called', sentence: 'It fits.' },
    outcome: null,
    round: 1,
    ...changes,
  });

describe('the call of a rule', () => {
  test('is what its queue carries, with defaults', () => {
    const { body, ...call } = callOf();
    expect(webhookCallSchema.parse({ body, ...call })).toEqual({ body, ...call });
    expect(call).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
      alertId: sampleAlert().id,
      relayId: 'rly_1',
      ruleId: 'rul_1',
      ruleName: 'Tell the team',
      endpoint: 'https://hooks.example.com/alerts',
      method: 'POST',
      headers: {},
      timeoutMs: 30_000,
    });
  });

  test('without a payload of its own says everything, a field that the alert does not have as null', () => {
    const { title, severity, fingerprint, labels } = sampleAlert();
    expect(JSON.parse(callOf({}, { outcome, round: 2 }).body ?? '')).toEqual({
      type: 'alert',
      alert: expect.objectContaining({ title, severity, fingerprint, labels, externalId: null }),
      relay: { id: 'rly_1', name: 'Production' },
      rule: { id: 'rul_1', name: 'Tell the team', round: 2 },
      decision: { reason: 'webhook_called', sentence: 'It fits.' },
      outcome,
    });
  });

  test('tells a receiver nothing of hooks, deliveries and users', () => {
    const { alert } = JSON.parse(callOf().body ?? '');
    expect(Object.keys(alert).filter((key) => /webhook|delivery|user|relay/i.test(key))).toEqual([]);
  });

  test('goes by what the rule says', () => {
    const config = { method: 'PUT', headers: { 'X-Team': 'web' }, timeout: 5_000, payload: { a: 1 } } as const;
    expect(callOf(config)).toMatchObject({
      method: 'PUT',
      headers: { 'X-Team': 'web' },
      timeoutMs: 5_000,
      body: '{"a":1}',
    });
  });

  test.each([
    ['GET', undefined, null],
    ['DELETE', undefined, null],
    ['DELETE', { a: 1 }, '{"a":1}'],
    ['PATCH', { a: 1 }, '{"a":1}'],
  ] as const)('%s with the payload %j has the body %s', (method, payload, body) => {
    expect(callOf({ method, ...(payload && { payload }) }).body).toBe(body);
  });
});

test('one id is one alert, rule and round, whatever else has changed', () => {
  const { id } = callOf();
  expect(callOf({ payload: {} }, { outcome, decision: { reason: 'other', sentence: 'Other.' } }).id).toBe(id);
  const others = [
    callOf({}, { round: 2 }),
    callOf({}, { rule: { id: 'rul_2', name: 'Tell the team' } }),
    callOf({}, { alert: { ...sampleAlert(), id: 'alr_other' } }),
  ];
  expect(new Set([id, ...others.map((other) => other.id)]).size).toBe(4);
});
