import { createHash } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { createWebhookStore, webhookItems } from '../../../functions/adapters/dynamodb/webhook-store.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
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

  test('looks it up by the digest of its key, which stands in no name and in no row but its own', async () => {
    const { hook } = webhookItems(sampleWebhook({ id: 'wh_half', webhookKey: 'key-half' }));
    expect(JSON.stringify(hook)).not.toContain('key-half');
    await table.client.send(new PutCommand({ TableName: table.name, Item: hook }));
    // A creation that broke off: nobody has seen the key yet.
    expect(await webhooks.findByKey('key-half')).toBeUndefined();
  });

  /** A store that counts its reads, at a time that the test sets. */
  function timed() {
    const clock = { now: Date.parse('2027-03-01T12:00:00.000Z') };
    const store = createWebhookStore(table, () => clock.now);
    const send = vi.spyOn(table.client, 'send');
    onTestFinished(() => send.mockRestore());
    const readsFor = async (key: string, options?: { fresh: boolean }) => {
      send.mockClear();
      await store.findByKey(key, options);
      return send.mock.calls.length;
    };
    return { clock, store, readsFor };
  }

  test('reads twice for any key, not at all for one that has opened within 5 s, and once after that', async () => {
    await store(sampleWebhook({ id: 'wh_timed', webhookKey: 'key-timed' }));
    const { clock, readsFor } = timed();
    expect([await readsFor('key-timed'), await readsFor('key-unknown')]).toEqual([2, 2]);
    clock.now += 4_999;
    expect([await readsFor('key-timed'), await readsFor('key-unknown')]).toEqual([0, 2]);
    clock.now += 1;
    expect([await readsFor('key-timed'), await readsFor('key-unknown')]).toEqual([1, 2]);
    expect(await readsFor('key-timed', { fresh: true })).toBe(1);
  });

  test('a switched-off webhook is as slow as an unknown key, and is seen as soon as it is switched on', async () => {
    const off = await store(sampleWebhook({ id: 'wh_off', webhookKey: 'key-slow', enabled: false }));
    const { store: webhooks, readsFor } = timed();
    expect([await readsFor('key-slow'), await readsFor('key-slow')]).toEqual([2, 2]);
    await store({ ...off, enabled: true });
    expect(await webhooks.findByKey('key-slow')).toMatchObject({ enabled: true });
  });

  test('a webhook that asks for a second credential is read each time', async () => {
    const auth = { scheme: 'github' as const, versions: [{ id: 'version-1', secrets: 1 }] };
    await store(sampleWebhook({ id: 'wh_signed', webhookKey: 'key-signed', auth }));
    const { readsFor } = timed();
    expect([await readsFor('key-signed'), await readsFor('key-signed')]).toEqual([2, 1]);
  });

  test('what was switched off or deleted opens for 5 s at most, and never for who asks anew', async () => {
    const webhook = await store(sampleWebhook({ id: 'wh_first', webhookKey: 'key-moved' }));
    const { clock, store: webhooks } = timed();
    expect(await webhooks.findByKey('key-moved')).toEqual(webhook);
    await store({ ...webhook, deletedAt: '2027-03-02T00:00:00.000Z' });
    clock.now += 4_999;
    expect(await webhooks.findByKey('key-moved')).toEqual(webhook);
    expect(await webhooks.findByKey('key-moved', { fresh: true })).toBeUndefined();
    expect(await webhooks.findByKey('key-moved')).toBeUndefined();
    const second = await store(sampleWebhook({ id: 'wh_second', webhookKey: 'key-moved' }));
    expect(await webhooks.findByKey('key-moved')).toEqual(second);
    await store({ ...second, enabled: false });
    clock.now += 5_000;
    expect(await webhooks.findByKey('key-moved')).toMatchObject({ enabled: false });
  });

  test('a key that was rotated away ends at its time, also where its webhook is remembered', async () => {
    const digest = createHash('sha256').update('key-ending').digest('hex');
    const previousKeys = [{ sha256: digest, validUntil: '2027-03-01T12:00:02.000Z' }];
    const webhook = await store(sampleWebhook({ id: 'wh_ending', webhookKey: 'key-ending' }));
    await store({ ...webhook, webhookKey: 'key-next', previousKeys });
    const { clock, store: webhooks, readsFor } = timed();
    expect(await webhooks.findByKey('key-ending')).toMatchObject({ webhookKey: 'key-next' });
    expect(await readsFor('key-ending')).toBe(0);
    clock.now += 2_000;
    expect(await webhooks.findByKey('key-ending')).toBeUndefined();
  });

  test('a new webhook is found, listed and opened by its key', async () => {
    const webhook = sampleWebhook({ relayId: 'rly_new', id: 'wh_new', webhookKey: 'key-new' });
    await webhooks.create(webhook);
    expect(await webhooks.get('rly_new', 'wh_new')).toEqual(webhook);
    expect(await webhooks.findByKey('key-new')).toEqual(webhook);
    expect(await webhooks.get('rly_other', 'wh_new')).toBeUndefined();
  });

  test('a change is seen through every key, and a lost one changes nothing', async () => {
    const webhook = sampleWebhook({ id: 'wh_change', webhookKey: 'key-change' });
    await webhooks.create(webhook);
    const off = { ...webhook, enabled: false, updatedAt: '2027-03-02T00:00:00.000Z' };
    expect(await webhooks.update(off, webhook)).toBe(true);
    expect(await webhooks.findByKey('key-change')).toEqual(off);
    expect(await webhooks.update({ ...webhook, description: 'lost' }, webhook)).toBe(false);
    expect(await webhooks.findByKey('key-change')).toEqual(off);
  });

  test('after a rotation both keys open the webhook, the old one until its time', async () => {
    const webhook = sampleWebhook({ id: 'wh_rotated', webhookKey: 'key-before' });
    await webhooks.create(webhook);
    const validUntil = '2027-03-02T12:00:00.000Z';
    const digest = createHash('sha256').update('key-before').digest('hex');
    const rotated = {
      ...webhook,
      webhookKey: 'key-after',
      previousKeys: [{ sha256: digest, validUntil }],
      updatedAt: '2027-03-01T12:00:00.000Z',
    };
    expect(await webhooks.update(rotated, webhook)).toBe(true);

    const at = (now: string) => createWebhookStore(table, () => Date.parse(now));
    expect(await at('2027-03-02T11:59:59.999Z').findByKey('key-before')).toEqual(rotated);
    expect(await at(validUntil).findByKey('key-before')).toBeUndefined();
    expect(await at(validUntil).findByKey('key-after')).toEqual(rotated);
    const { hook } = webhookItems(webhook);
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { pk: hook.pk, sk: hook.sk } }),
    );
    expect(Item?.expiresAt).toBe(Date.parse(validUntil) / 1_000);
  });

  test('a deleted webhook is found by nobody', async () => {
    const webhook = sampleWebhook({ relayId: 'rly_gone', id: 'wh_gone', webhookKey: 'key-gone' });
    await webhooks.create(webhook);
    await webhooks.update({ ...webhook, updatedAt: 'later', deletedAt: 'later' }, webhook);
    expect(await webhooks.findByKey('key-gone')).toBeUndefined();
    expect(await webhooks.get('rly_gone', 'wh_gone')).toBeUndefined();
    expect(await webhooks.listByRelay('rly_gone')).toEqual([]);
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
    const webhook = await store(sampleWebhook({ id: 'wh_broken', webhookKey: 'key-broken' }));
    const Item = { ...webhookItems(webhook).webhook, enabled: 'yes' };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
    await expect(webhooks.findByKey('key-broken')).rejects.toThrow();
  });
});
