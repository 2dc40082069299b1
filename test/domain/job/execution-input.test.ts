import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { executionInputSchema } from '../../../functions/contract/execution.ts';
import { executionInputOf } from '../../../functions/domain/job/execution-input.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import { permissionsOf } from '../../../functions/domain/rule/permissions.ts';
import { agentConfigSchema } from '../../../functions/domain/rule/rule.ts';
import {
  alertId,
  sampleAlert,
  sampleConfig,
  sampleDelivery,
  sampleRelay,
  sampleRule,
} from '../../support/fakes/alert-samples.ts';

const prompt = 'Find the cause.';
const inputFor = (config: object = {}, alert: Parameters<typeof sampleAlert>[0] = {}) =>
  executionInputOf({
    jobId: 'job_1',
    delivery: sampleDelivery({ deliveryId: 'dlv_2' }),
    alert: sampleAlert(alert),
    relay: sampleRelay,
    rule: sampleRule(),
    config: agentConfigSchema.parse({ ...sampleConfig, ...config }),
    reason: 'started',
    sentence: 'It is new.',
    day: '2027-03-01',
    scopes: [],
    maxConcurrent: undefined,
    prompt,
  });

describe('execution input', () => {
  test('has what the rule asks of a patch, its commands as they stand, and nothing where it asks nothing', () => {
    const verify = [{ name: 'unit tests', command: 'echo {{alert.title}}', minutes: 5 }];
    expect(inputFor({ config: { verify, verifyRetries: 1, maxChangedFiles: 3, agentVerdict: true } })).toMatchObject({
      verify: { checks: verify, retries: 1, required: false },
      maxChanged: { lines: null, files: 3 },
      agentVerdict: true,
    });
    for (const field of ['verify', 'maxChanged', 'agentVerdict']) {
      expect(inputFor({ config: { verifyRetries: 1, agentVerdict: false } })).not.toHaveProperty(field);
    }
  });

  test('says who, what and why, with the defaults of what the rule leaves open', () => {
    expect(inputFor()).toEqual({
      jobId: 'job_1',
      startedBy: { webhookId: 'wh_1', format: 'alertmanager', deliveryId: 'dlv_2', strength: 'address' },
      alert: {
        id: alertId,
        title: 'Checkout error rate above 5 %',
        severity: 'critical',
        source: 'prometheus',
        fingerprint: 'v1:checkout',
        startsAt: '2027-03-01T11:59:00.000Z',
      },
      relay: { id: 'rly_1', name: 'Production' },
      rule: { id: 'rul_1', name: 'Fix checkout', version: 3, updatedBy: 'admin' },
      why: { reason: 'started', sentence: 'It is new.' },
      session: {
        integrationId: 'int_1',
        endpoint: 'https://opencode.internal.corp:4096',
        model: null,
        agent: null,
        directory: null,
        workspace: 'worktree',
        keepWorkspace: false,
        resultScan: 'withhold',
        permissions: permissionsOf('fix'),
      },
      poll: { intervalMs: 30_000, waitSeconds: 30, maxAttempts: 120 },
      prompt: { sha256: createHash('sha256').update(prompt).digest('hex'), characters: 15 },
    });
  });

  test('takes what the rule sets', () => {
    const options = {
      directory: '/srv/checkout',
      agent: 'build',
      workspace: 'shared',
      keepWorkspace: true,
    };
    const openCodeModel = { providerID: 'anthropic', modelID: 'claude-sonnet-4-20250514' };
    const input = inputFor({
      openCodeModel,
      config: { ...options, secretScan: 'flag', permissions: 'investigate' },
      endpoint: 'HTTPS://OpenCode.internal.corp:443/',
    });
    expect(input.session).toEqual({
      integrationId: 'int_1',
      endpoint: 'https://opencode.internal.corp',
      model: openCodeModel,
      ...options,
      resultScan: 'flag',
      permissions: permissionsOf('investigate'),
    });
  });

  const polls: [pollInterval: number, waitSeconds: number][] = [
    [1_000, 1],
    [1_001, 2],
    [15_000, 15],
    [299_999, 300],
  ];
  test.each(polls)('%i ms are a wait of %i s', (pollInterval, waitSeconds) => {
    const poll = { intervalMs: pollInterval, waitSeconds, maxAttempts: 200 };
    expect(inputFor({ pollInterval, maxPollAttempts: 200 }).poll).toEqual(poll);
  });

  test('holds no long text and no control character, and fits its schema', () => {
    const input = inputFor(
      {},
      { title: `a\n${'👍'.repeat(126)}b`, source: 's'.repeat(10_000), message: 'm'.repeat(10_000) },
    );
    expect(executionInputSchema.parse(input)).toEqual(input);
    expect(input.alert.title).toBe(`a ${'👍'.repeat(126)}b`);
    expect(input.alert.source).toHaveLength(255);
    expect(JSON.stringify(input)).not.toContain('mmm');
    const cut = inputFor({}, { title: `${'👍'.repeat(127)}ab` }).alert.title;
    expect(cut).toBe(`${'👍'.repeat(127)}…`);
    expect(inputFor({}, { title: `a${'👍'.repeat(128)}` }).alert.title).toBe(`a${'👍'.repeat(126)}…`);
  });
});

describe('job id', () => {
  test('is the same for the same alert and rule, and another for any other', () => {
    expect(jobIdOf('alr_1', 'rul_1')).toBe(jobIdOf('alr_1', 'rul_1'));
    const others = [jobIdOf('alr_1', 'rul_2'), jobIdOf('alr_2', 'rul_1'), jobIdOf('alr_1r', 'ul_1')];
    expect(new Set([jobIdOf('alr_1', 'rul_1'), ...others]).size).toBe(4);
  });

  test('is a legal execution name', () => expect(jobIdOf('alr/1 "x"', 'ü')).toMatch(/^job_[0-9a-f]{32}$/));
});
