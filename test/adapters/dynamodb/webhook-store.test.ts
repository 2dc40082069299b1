import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { createWebhookStore, webhookItems } from '../../../functions/adapters/dynamodb/webhook-store.ts';
import type { Webhook } from '../../../functions/domain/webhook.ts';
import type { WebhookStore } from '../../../functions/ports.ts';
import { sampleWebhook } from '../../support/fakes/intake.ts';
import { startTable } from '../../support/table.ts';

describe('webhook store', () => {
  let table: Table;
  let stop: () => Promise<void>;
  let webhooks: WebhookStore;

  beforeAll(async () => {
    ({ table, stop } = await startTable());
    webhooks = createWebhookStore(table);
  });
  afterAll(() => stop());

  const store = async (webhook: Webhook): Promise<Webhook> => {
    for (const Item of Object.values(webhookItems(webhook))) {
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    }
    return webhook;
  };

  test('finds a webhook by its key', async () => {
    const webhook = await store(
      sampleWebhook({ webhookKey: 'key-found', description: 'Alertmanager', provider: 'prometheus' }),
    );
    expect(await webhooks.findByKey('key-found')).toEqual(webhook);
    expect(await webhooks.findByKey('key-foun')).toBeUndefined();
    expect(await webhooks.findByKey('')).toBeUndefined();
  });

  test('looks it up in the row of its digest alone, which is named by no key', async () => {
    const webhook = sampleWebhook({ id: 'wh_half', webhookKey: 'key-half' });
    const { hook } = webhookItems(webhook);
    expect(`${hook.pk} ${hook.sk}`).not.toContain('key-half');
    await table.client.send(new PutCommand({ TableName: table.name, Item: hook }));
    expect(await webhooks.findByKey('key-half')).toEqual(webhook);
  });

  test('gives a webhook that is switched off as it is', async () => {
    await store(sampleWebhook({ webhookKey: 'key-off', enabled: false }));
    expect(await webhooks.findByKey('key-off')).toMatchObject({ enabled: false });
  });

  test('lists the webhooks of one relay, by age, without its other rows', async () => {
    const relayId = 'rly_list';
    const newer = await store(
      sampleWebhook({ relayId, id: 'wh_a', webhookKey: 'key-a', createdAt: '2027-03-02T00:00:00.000Z' }),
    );
    const older = await store(sampleWebhook({ relayId, id: 'wh_b', webhookKey: 'key-b' }));
    await store(sampleWebhook({ relayId: 'rly_other', webhookKey: 'key-c' }));
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: { pk: `RELAY#${relayId}`, sk: 'RULE#rul_1' } }),
    );
    expect(await webhooks.listByRelay(relayId)).toEqual([older, newer]);
    expect(await webhooks.listByRelay('rly_none')).toEqual([]);
  });

  test('a row that is no webhook is an error, not half of one', async () => {
    const { hook } = webhookItems(sampleWebhook({ webhookKey: 'key-broken' }));
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...hook, enabled: 'yes' } }));
    await expect(webhooks.findByKey('key-broken')).rejects.toThrow();
    expect(
      (await table.client.send(new GetCommand({ TableName: table.name, Key: { pk: hook.pk, sk: hook.sk } }))).Item,
    ).toBeDefined();
  });
});
