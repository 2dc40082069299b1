import { describe, expect, test } from 'vitest';
import { issuesOf } from '../../../../functions/api/manage/issues.ts';
import { readSamples } from '../../../../functions/api/manage/webhooks/configuration.ts';
import { type WebhookInput, webhookInput } from '../../../../functions/api/manage/webhooks/webhook-input.ts';
import { webhookView } from '../../../../functions/api/manage/webhooks/webhook-view.ts';
import { createWebhook, updateWebhook } from '../../../../functions/api/manage/webhooks/webhooks.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';

async function change(before: WebhookInput, after: WebhookInput) {
  const { deps } = fakeManagement();
  const created = await createWebhook(deps, 'rly_1', before);
  if (!('webhookKey' in created)) throw new Error('The webhook was not created');
  return updateWebhook(deps, { relayId: 'rly_1', id: created.id }, after);
}
const mapping = { title: 'event.name', severity: { path: 'event.level' } };

describe('settings of a webhook', () => {
  test('that are not named stay; null takes one away', async () => {
    const before: WebhookInput = { provider: 'custom', mapping, dedupLabels: ['alertname'] };
    expect(await change(before, { description: 'Alerts' })).toMatchObject({ ...before, description: 'Alerts' });
    const without = await change(before, { dedupLabels: null, mapping: null });
    if (!('webhookKey' in without)) throw new Error('The webhook was not changed');
    expect(webhookView(without)).toMatchObject({
      provider: 'custom',
      mapping: null,
      dedupLabels: null,
      ignoreLabels: null,
      auth: null,
    });
  });

  const contradictory: [what: string, before: WebhookInput, after: WebhookInput, field: string][] = [
    ['labels to keep and to fold away', {}, { dedupLabels: ['a'], ignoreLabels: ['b'] }, 'ignoreLabels'],
    ['the same over two changes', { ignoreLabels: ['b'] }, { dedupLabels: ['a'] }, 'ignoreLabels'],
    ['a mapping for a provider that has a format', {}, { provider: 'grafana', mapping }, 'mapping'],
    ['a mapping without a provider', {}, { mapping }, 'mapping'],
    ['a provider that leaves a mapping over', { provider: 'custom', mapping }, { provider: null }, 'mapping'],
    ['a sample without a mapping', {}, { samplePayload: {} }, 'samplePayload'],
  ];
  test.each(contradictory)('%s are refused', async (_, before, after, field) => {
    expect(await change(before, after)).toMatchObject({
      status: 400,
      issues: [{ path: [field], code: 'contradiction' }],
    });
  });

  test('one set of labels may take the place of the other in one change', async () => {
    expect(await change({ ignoreLabels: ['b'] }, { dedupLabels: ['a'], ignoreLabels: null })).toMatchObject({
      dedupLabels: ['a'],
    });
  });
});

describe('a mapping is tried on a sample', () => {
  const withSample = (samplePayload: Record<string, unknown>) =>
    change({}, { provider: 'custom', mapping, samplePayload });

  test('and stored where every path leads somewhere, without the sample', async () => {
    const webhook = await withSample({ event: { name: 'Disk full', level: 'error' } });
    expect(webhook).toMatchObject({ mapping });
    expect(JSON.stringify(webhook)).not.toContain('Disk full');
  });

  test('and refused with the path that does not', async () => {
    expect(await withSample({ event: { name: 'Disk full', severity: 's3cret' } })).toMatchObject({
      status: 400,
      issues: [{ path: ['mapping', 'severity', 'path'], message: expect.stringContaining('"event.level"') }],
    });
  });

  test('the stored one as well', async () => {
    expect(await change({ provider: 'custom', mapping }, { samplePayload: { event: {} } })).toMatchObject({
      issues: [{ path: ['mapping', 'title'] }, { path: ['mapping', 'severity', 'path'] }],
    });
  });

  test('that no delivery could be', async () => {
    let nested: Record<string, unknown> = {};
    for (let depth = 0; depth < 40; depth++) nested = { nested };
    expect(await withSample(nested)).toMatchObject({
      issues: [{ path: ['samplePayload'], code: 'nested_too_deep' }],
    });
  });

  test('without a sample it is stored as it is', async () => {
    expect(await change({}, { provider: 'custom', mapping })).toMatchObject({ mapping });
  });
});

describe('what does not fit the schema is named, without its value', () => {
  const long = 's3cret-'.repeat(2);
  const refused: [input: unknown, path: (string | number)[]][] = [
    [{ auth: { scheme: 'hmac' } }, ['auth', 'scheme']],
    [{ auth: { scheme: 'github', secret: 's3cret' } }, ['auth', 'secret']],
    [{ auth: { scheme: 'github', secret: `${long}\n` } }, ['auth', 'secret']],
    [{ auth: { scheme: 'github', secret: ` ${long}` } }, ['auth', 'secret']],
    [{ auth: { scheme: 'github', secret: long, secrets: [long] } }, ['auth', 'secrets']],
    [{ auth: { scheme: 'github', secrets: [long, long, long] } }, ['auth', 'secrets']],
    [{ auth: { scheme: 'github', secret: long, username: 's3cret' } }, ['auth', 'username']],
    [{ auth: { scheme: 'sentry', secret: long, header: 'x-s3cret' } }, ['auth', 'header']],
    [{ auth: { scheme: 'pagerduty', secret: long, toleranceSeconds: 60 } }, ['auth', 'toleranceSeconds']],
    [{ auth: { scheme: 'slack', secret: long, toleranceSeconds: 86_400 } }, ['auth', 'toleranceSeconds']],
    [{ auth: { scheme: 'basic', secret: long } }, ['auth', 'username']],
    [{ auth: { scheme: 'basic', username: 's3cret' } }, ['auth', 'secret']],
    [{ auth: { scheme: 'basic', username: 's3:cret', secret: long } }, ['auth', 'username']],
    [{ auth: { scheme: 'header', secret: long } }, ['auth', 'header']],
    [{ auth: { scheme: 'header', header: 'x s3cret', secret: long } }, ['auth', 'header']],
    [{ auth: { scheme: 'grafana', secret: long, header: 'X-A', timestampHeader: 'x-a' } }, ['auth', 'timestampHeader']],
    [{ auth: { scheme: 'standard_webhooks', secret: long } }, ['auth', 'secret']],
    [{ auth: { scheme: 'standard_webhooks', secrets: ['whsec_s3cret!!'] } }, ['auth', 'secrets']],
    [{ auth: { scheme: 'github', secret: long, overlapHours: 169 } }, ['auth', 'overlapHours']],
    [{ auth: { scheme: 'github', sekret: long } }, ['auth', 'sekret']],
    [{ dedupLabels: [] }, ['dedupLabels']],
    [{ ignoreLabels: [''] }, ['ignoreLabels', 0]],
    [{ mapping: { title: 's3cret..x' } }, ['mapping', 'title']],
    [{ samplePayload: ['s3cret'] }, ['samplePayload']],
  ];
  test.each(refused)('%j', (input, path) => {
    const result = webhookInput.safeParse(input);
    if (result.success) throw new Error('The input was taken');
    const issues = issuesOf(result.error, webhookInput, input);
    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(issues.map(({ message }) => message).join()).not.toContain('s3cret');
  });

  test('names of headers are taken in any case', () => {
    const auth = { scheme: 'header', header: 'X-Datadog-Secret', secret: long };
    expect(webhookInput.parse({ auth })).toMatchObject({ auth: { header: 'x-datadog-secret' } });
  });
});

describe('what samples become', () => {
  const states = { path: 'state', firing: 'bad', resolved: 'good', ignored: 'flapping' };
  const body = (state: string) => ({ event: { name: 'Disk', level: 'high' }, state });
  const ask = (samplePayload: WebhookInput['samplePayload']) =>
    change({}, { provider: 'custom', mapping: { ...mapping, status: states }, samplePayload });

  test('is shown, sample by sample', async () => {
    const samplePayload = [body('bad'), body('good'), body('flapping')];
    const webhook = await ask(samplePayload);
    if (!('webhookKey' in webhook)) throw new Error('The mapping was refused');
    expect(readSamples(webhook, samplePayload)).toMatchObject([
      { ignored: null, alerts: [{ status: 'firing', title: 'Disk', severity: 'high' }] },
      { ignored: null, alerts: [{ status: 'resolved' }] },
      { ignored: { code: 'ignored' }, alerts: [] },
    ]);
    expect(readSamples(webhook, undefined)).toEqual([]);
  });

  test('is refused where a word of one of them is in no list', async () => {
    expect(await ask([body('bad'), body('sideways')])).toMatchObject({
      issues: [{ path: ['samplePayload', 1, 'state'], message: expect.stringContaining('"sideways"') }],
    });
  });

  test('a preset is tried on samples as well', async () => {
    const down = { name: 'nightly', status: 'down', code: 'c' };
    expect(await change({}, { provider: 'healthchecks', samplePayload: down })).toMatchObject({
      provider: 'healthchecks',
    });
    expect(
      await change({}, { provider: 'healthchecks', samplePayload: { ...down, status: 'sideways' } }),
    ).toMatchObject({
      issues: [{ path: ['samplePayload', 'status'] }],
    });
  });
});
