import { expect, test } from 'vitest';
import { redactAlert, redactText } from '../../../functions/domain/alert/redact-alert.ts';
import { executionInputOf } from '../../../functions/domain/job/execution-input.ts';
import { promptOf } from '../../../functions/domain/prompt/prompt.ts';
import { agentConfigSchema } from '../../../functions/domain/rule/rule.ts';
import {
  sampleAlert,
  sampleConfig,
  sampleDelivery,
  sampleRelay,
  sampleRule,
} from '../../support/fakes/alert-samples.ts';

const patterns = ['\\d{16}', '(?i)kd-[0-9]+'];
const alert = sampleAlert({
  title: 'Customer KD-4711 cannot pay',
  message: 'card 4111111111111111\nof kd-4\u200b712',
  source: 'kd-1',
  service: 'kd-2',
  environment: 'kd-3',
  labels: { customer: 'kd-5', 'kd-6': 'x' },
  links: { runbook: 'https://wiki.example.com/kd-7' },
  metadata: { deep: [{ card: 4111111111111111, 'kd-8': ['kd-9'] }], whole: true, nothing: null },
});

test('what the patterns of a rule find is in no text of the alert', () => {
  const cleaned = redactAlert(alert, patterns);
  expect(JSON.stringify(cleaned)).not.toMatch(/kd-\d|4111111111111111/i);
  expect(cleaned).toMatchObject({
    title: 'Customer [redacted] cannot pay',
    message: 'card [redacted]\nof [redacted]',
    labels: { customer: '[redacted]', '[redacted]': 'x' },
    metadata: { whole: true, nothing: null },
  });
  expect(cleaned.id).toBe(alert.id);
  expect(redactText('kd-1', patterns)).toBe('[redacted]');
});

test('without patterns the alert is as it was', () => {
  expect(redactAlert(alert)).toBe(alert);
  expect(redactText('kd-1')).toBe('kd-1');
});

test('neither the prompt nor the execution of such a rule has it', () => {
  const config = agentConfigSchema.parse({ ...sampleConfig, config: { redact: patterns } });
  const cleaned = redactAlert(alert, config.config?.redact);
  const prompt = promptOf({ alert: cleaned, relayName: 'r', ruleName: 'n', template: undefined, seed: 's' });
  expect(prompt).not.toMatch(/kd-\d|4111111111111111/i);
  const input = executionInputOf({
    ...{ jobId: 'job_1', delivery: sampleDelivery({}), alert, relay: sampleRelay, rule: sampleRule(), config, prompt },
    ...{ reason: 'started', sentence: 'New.', day: '2027-03-01', scopes: [], maxConcurrent: undefined },
  });
  expect(JSON.stringify(input.alert)).not.toMatch(/kd-\d/i);
});

test('a rule with a pattern that cannot be searched in linear time is refused', () => {
  const parsed = agentConfigSchema.safeParse({ ...sampleConfig, config: { redact: ['(a)\\1'] } });
  expect(parsed.error?.issues).toMatchObject([{ path: ['config', 'redact', 0], message: 'has an unknown \\1' }]);
});
