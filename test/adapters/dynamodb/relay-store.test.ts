import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRelayStore } from '../../../functions/adapters/dynamodb/relay-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { createWebhookStore, webhookItems } from '../../../functions/adapters/dynamodb/webhook-store.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import type { RelayStore, WebhookStore } from '../../../functions/ports.ts';
import { sampleRelay } from '../../support/fakes/management.ts';
import { startTable } from '../../support/table.ts';

const webhookOf = (relayId: string, webhookKey: string): Webhook => ({
  id: `wh_${relayId}`,
  relayId,
  webhookKey,
  provider: null,
  enabled: true,
  createdAt: '2027-03-01T11:00:00.000Z',
  updatedAt: '2027-03-01T11:00:00.000Z',
});

describe('relay store', () => {
  let table: Table;
  let stop: () => Promise<void>;
  let relays: RelayStore;
  let webhooks: WebhookStore;

  beforeAll(async () => {
    ({ table, stop } = await startTable());
    relays = createRelayStore(table);
    webhooks = createWebhookStore(table);
  });
  afterAll(() => stop());

  test('a new relay is found, with its webhook in the list and by its key', async () => {
    const relay = sampleRelay({ id: 'rly_new', externalKey: 'checkout' });
    const webhook = webhookOf(relay.id, 'new-key');
    expect(await relays.create(relay, webhook)).toEqual({ relay, created: true });
    expect(await relays.get(relay.id)).toEqual(relay);
    expect(await webhooks.listByRelay(relay.id)).toEqual([webhook]);
    expect(await webhooks.findByKey('new-key')).toEqual(webhook);
    expect(await relays.get('rly_unknown')).toBeUndefined();
  });

  test('of ten creations of one id at once one makes the relay, and there is one webhook, which works', async () => {
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        relays.create(sampleRelay({ id: 'rly_race', name: `${index}` }), webhookOf('rly_race', `race-${index}`)),
      ),
    );
    expect(created.filter((each) => each.created)).toHaveLength(1);
    const stored = await relays.get('rly_race');
    expect(created.map(({ relay }) => relay)).toEqual(created.map(() => stored));
    const [webhook, ...others] = await webhooks.listByRelay('rly_race');
    expect(others).toEqual([]);
    expect(await webhooks.findByKey(webhook?.webhookKey ?? '')).toEqual(webhook);
  });

  test('an update changes what a person may change, and makes no relay', async () => {
    const relay = sampleRelay({ id: 'rly_update' });
    await relays.create(relay, webhookOf(relay.id, 'update-key'));
    const changed = { ...relay, name: 'n', description: 'd', repeatPolicy: 'all' as const, updatedAt: 'later' };
    expect(await relays.update({ ...changed, createdBy: 'another', createdAt: 'another' }, relay)).toBe(true);
    expect(await relays.get(relay.id)).toEqual(changed);
    // Lost to the one before.
    expect(await relays.update({ ...relay, name: 'third' }, relay)).toBe(false);
    expect(await relays.get(relay.id)).toEqual(changed);
    const unknown = sampleRelay({ id: 'rly_unknown' });
    expect(await relays.update(unknown, unknown)).toBe(false);
    expect(await relays.get('rly_unknown')).toBeUndefined();
  });

  test('a deleted relay is found only by who asks for it, and comes back with another hook', async () => {
    const relay = sampleRelay({ id: 'rly_deleted' });
    const webhook = webhookOf(relay.id, 'deleted-key');
    await relays.create(relay, webhook);
    const deletedAt = '2027-03-02T00:00:00.000Z';
    await webhooks.update({ ...webhook, updatedAt: deletedAt, deletedAt }, webhook);
    await relays.markDeleted(relay.id, deletedAt);
    expect(await relays.get(relay.id)).toBeUndefined();
    expect(await relays.get(relay.id, { deleted: true })).toEqual({ ...relay, updatedAt: deletedAt, deletedAt });
    expect((await relays.list()).map(({ id }) => id)).not.toContain(relay.id);

    const again = webhookOf(relay.id, 'another-key');
    expect(await relays.create(relay, again)).toEqual({ relay, created: true });
    expect(await webhooks.listByRelay(relay.id)).toEqual([again]);
    expect(await webhooks.findByKey('another-key')).toEqual(again);
    expect(await webhooks.findByKey('deleted-key')).toBeUndefined();
  });

  test('the list is complete over many pages, newest last', async () => {
    const name = 'x'.repeat(255);
    const description = 'y'.repeat(40_000);
    for (let index = 0; index < 30; index++) {
      const createdAt = new Date(Date.parse('2027-04-01T00:00:00Z') + (index % 3) * 1_000 + index).toISOString();
      const relay = sampleRelay({ id: `rly_page_${index}`, name, description, createdAt });
      await relays.create(relay, webhookOf(relay.id, `page-${index}`));
    }
    const listed = (await relays.list()).filter(({ id }) => id.startsWith('rly_page'));
    expect(listed).toHaveLength(30);
    const ages = listed.map(({ createdAt }) => createdAt);
    expect(ages).toEqual(ages.toSorted());
  });

  test.each([
    ['the webhook', ['webhook'] as const],
    ['both rows of the webhook', ['webhook', 'hook'] as const],
  ])('a creation that broke off after %s is finished by the next, with the first key', async (_, rows) => {
    const relay = sampleRelay({ id: `rly_broken_${rows.length}` });
    const first = webhookOf(relay.id, `first-${rows.length}`);
    for (const row of rows) {
      await table.client.send(new PutCommand({ TableName: table.name, Item: webhookItems(first)[row] }));
    }
    const again = await relays.create(relay, webhookOf(relay.id, `second-${rows.length}`));
    expect(again).toEqual({ relay, created: true });
    expect(await webhooks.listByRelay(relay.id)).toEqual([first]);
    expect(await webhooks.findByKey(first.webhookKey)).toEqual(first);
    expect(await webhooks.findByKey(`second-${rows.length}`)).toBeUndefined();
  });
});
