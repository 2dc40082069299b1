import { CreateSecretCommand, PutSecretValueCommand, ResourceExistsException } from '@aws-sdk/client-secrets-manager';
import { type BeepsClient, HttpError, NotFoundError, ValidationError } from '@beepsdev/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { executionArn, sampleJob } from '../../support/fakes/samples.ts';
import { integration, resetSecrets, ruleFor, secrets, startSdk } from './prepare-sdk.ts';

let sdk: Awaited<ReturnType<typeof startSdk>>;
let client: BeepsClient;
beforeAll(async () => {
  sdk = await startSdk();
  client = sdk.client;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await sdk.stop();
});
beforeEach(resetSecrets);

describe('resources through the SDK', () => {
  test('an integration is changed and deleted', async () => {
    const { id } = await client.integration.create(integration('change'));
    secrets.on(CreateSecretCommand).rejects(new ResourceExistsException({ message: 'no', $metadata: {} }));
    const renamed = await client.integration.update(id, { name: 'changed', apiKey: 'rotated' });
    expect(renamed).toMatchObject({ id, name: 'changed', apiKey: '***' });
    expect(secrets.commandCalls(PutSecretValueCommand)[0]?.args[0].input.SecretString).toContain('rotated');
    expect(await client.integration.updateSafe(id, { name: 'again' })).toMatchObject({ data: { name: 'again' } });
    expect(await client.integration.delete(id)).toEqual({ success: true });
    expect(await client.integration.getSafe(id)).toMatchObject({ error: expect.any(NotFoundError) });
    expect(await client.integration.deleteSafe(id)).toMatchObject({ error: expect.any(NotFoundError) });
  });

  test('what is wrong with a change is told with bullets, and what uses an integration by name', async () => {
    const relay = await client.relay.create({ name: 'Uses' });
    const rule = await ruleFor(client, 'Investigate');
    await client.relay.rules.create(relay.id, rule);
    const { integrationId } = rule.config;
    const other = client.integration.update(integrationId, { metadata: { username: 'bob' } });
    await expect(other).rejects.toBeInstanceOf(ValidationError);
    await expect(other).rejects.toThrow('`apiKey` is required when the user name');
    const used = client.integration.delete(integrationId);
    await expect(used).rejects.toBeInstanceOf(HttpError);
    await expect(used).rejects.toMatchObject({ status: 409, message: expect.stringContaining('"Investigate"') });
  });

  test('rules are reordered, and a foreign one is named', async () => {
    const relay = await client.relay.create({ name: 'Order' });
    const first = await client.relay.rules.create(relay.id, await ruleFor(client, 'first'));
    const second = await client.relay.rules.create(relay.id, await ruleFor(client, 'second'));
    const orders = [
      { id: first.id, order: 2 },
      { id: second.id, order: 1 },
    ];
    const reordered = await client.relay.rules.reorder(relay.id, { rules: orders });
    expect(reordered.map(({ id, order }) => ({ id, order }))).toEqual(orders.reverse());
    const foreign = await client.relay.rules.reorderSafe(relay.id, { rules: [{ id: 'rul_x', order: 1 }] });
    expect(foreign).toMatchObject({ error: expect.any(ValidationError) });
    expect(foreign.error?.message).toContain('rules.0.id');
  });

  test('a plan right after its apply is empty: what is compared comes back as it was sent', async () => {
    const relay = await client.relay.create({ name: 'Plan', externalKey: 'plan' });
    const sent = {
      ...(await ruleFor(client, 'plan')),
      externalKey: 'plan::rule',
      group: 'default',
      order: 3,
      enabled: true,
    };
    const made = await client.relay.rules.create(relay.id, sent);
    await client.relay.rules.create(relay.id, sent);
    await client.relay.rules.reorder(relay.id, { rules: [{ id: made.id, order: 3 }] });
    const compared = (rule: typeof sent | typeof made) =>
      JSON.stringify([rule.name, rule.ruleType, rule.group, rule.order, rule.enabled, JSON.stringify(rule.config)]);
    const listed = await client.relay.rules.list(relay.id);
    expect(listed.map(compared)).toEqual([compared(sent)]);
    expect(listed[0]?.updatedAt).toBe(made.updatedAt);
  });

  test('a webhook is pinned to a provider and let go', async () => {
    const relay = await client.relay.create({ name: 'Hook' });
    const [webhook] = await client.webhook.listByRelay(relay.id);
    const id = webhook?.id ?? '';
    expect(await client.webhook.setProvider(relay.id, id, 'prometheus')).toMatchObject({ id, provider: 'prometheus' });
    expect(await client.webhook.setProvider(relay.id, id, null)).toMatchObject({ provider: null });
    await expect(client.webhook.setProvider(relay.id, 'wh_x', null)).rejects.toBeInstanceOf(NotFoundError);
    expect(await client.webhook.listByRelaySafe('rly_x')).toMatchObject({ error: expect.any(NotFoundError) });
  });

  test('agent jobs', async () => {
    await sdk.jobs.createOrGet(sampleJob({ id: 'job_sdk' }));
    await sdk.jobs.markStarted('job_sdk', executionArn, '2027-03-01T12:00:00.000Z');
    await sdk.jobs.recordProgress('job_sdk', { attempt: 4, activity: 'working', at: '2027-03-01T12:02:00.000Z' });
    expect((await client.agentJob.list()).map(({ id }) => id)).toEqual(['job_sdk']);
    expect(await client.agentJob.listSafe()).toMatchObject({ data: [{ id: 'job_sdk' }] });
    expect(await client.agentJob.get('job_sdk')).toMatchObject({ status: 'processing', executionId: executionArn });
    expect(await client.agentJob.getSafe('job_x')).toMatchObject({ error: expect.any(NotFoundError) });
    expect(await client.agentJob.getStatus('job_sdk')).toMatchObject({ progress: 'attempt 4 of 120', executionArn });
    expect(await client.agentJob.getStatusSafe('job_sdk')).toMatchObject({ data: { activity: 'working' } });
  });

  test('storms are agent jobs of their own kind', async () => {
    await sdk.storms.createOrGet({
      ...{ id: 'stm_sdk', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix checkout', firstAlertId: 'alr_1' },
      ...{ phase: 'collecting', createdAt: '2027-03-01T12:30:00.000Z' },
    });
    const [storm] = await client.agentJob.list();
    expect(storm).toMatchObject({ id: 'stm_sdk', jobType: 'triage_alert_storm', status: 'pending', alertId: 'alr_1' });
    expect(await client.agentJob.get('stm_sdk')).toEqual(storm);
    expect(await client.agentJob.getStatus('stm_sdk')).toMatchObject({ status: 'pending', progress: 'collecting' });
  });

  test('a webhook rule comes back as it was sent', async () => {
    const relay = await client.relay.create({ name: 'Calls' });
    const config = { payload: { title: '{{alert.title}}' }, endpoint: 'https://hooks.example.com/a', timeout: 5_000 };
    const sent = { name: 'Call', ruleType: 'webhook' as const, config, delayMinutes: 15 };
    const made = await client.relay.rules.create(relay.id, sent);
    expect(made).toMatchObject({ ruleType: 'webhook', delayMinutes: 15 });
    expect(JSON.stringify(made.config)).toBe(JSON.stringify(config));
    const changed = await client.relay.rules.update(relay.id, made.id, {
      config: { endpoint: 'https://b.example.com' },
    });
    expect(changed.config).toEqual({ endpoint: 'https://b.example.com' });
    const wrong = client.relay.rules.update(relay.id, made.id, { config: { endpoint: 'ftp://b.example.com' } });
    await expect(wrong).rejects.toThrow('must start with https:// or http://');
    const notify = { name: 'Page', ruleType: 'schedule_notify' as const, config: { scheduleId: 'sch_1' } };
    await expect(client.relay.rules.create(relay.id, notify)).rejects.toThrow('"schedule_notify" is not supported');
  });
});
