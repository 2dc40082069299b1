import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { adviceOn } from '../../../../functions/api/manage/webhooks/advice.ts';
import { rotationInput } from '../../../../functions/api/manage/webhooks/webhook-input.ts';
import { webhookView } from '../../../../functions/api/manage/webhooks/webhook-view.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateWebhook,
  updateWebhook,
} from '../../../../functions/api/manage/webhooks/webhooks.ts';
import type { Webhook } from '../../../../functions/domain/webhook/webhook.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { made } from '../made.ts';

const digest = (key: string) => createHash('sha256').update(key).digest('hex');

let management: ReturnType<typeof fakeManagement>;
beforeEach(() => {
  management = fakeManagement();
});
const create = async (input = {}) => made(await createWebhook(management.deps, 'rly_1', input));

describe('webhooks', () => {
  test('a new one recognises the format and is switched on, unless it is told otherwise', async () => {
    const webhook = await create();
    expect(webhook).toMatchObject({ relayId: 'rly_1', provider: null, enabled: true });
    expect(webhook.description).toBeUndefined();
    expect(await getWebhook(management.deps, webhook)).toEqual(webhook);
    const input = { description: 'Alertmanager', provider: 'prometheus', enabled: false };
    expect(await create(input)).toMatchObject(input);
    expect(await listWebhooks(management.deps, 'rly_1')).toHaveLength(2);
    expect(await createWebhook(management.deps, 'rly_unknown', {})).toMatchObject({ status: 404 });
  });

  test('a change leaves what it does not name, and null takes away', async () => {
    const webhook = await create({ description: 'Alertmanager', provider: 'prometheus' });
    const change = async (input: Parameters<typeof updateWebhook>[2]) =>
      made(await updateWebhook(management.deps, webhook, input));
    expect(await change({ enabled: false })).toMatchObject({ description: 'Alertmanager', provider: 'prometheus' });
    const plain = await change({ provider: null, description: null });
    expect(plain).toMatchObject({ provider: null, enabled: false });
    expect(plain.description).toBeUndefined();
    expect(await change({ provider: null })).toEqual(plain);
    expect(plain.webhookKey).toBe(webhook.webhookKey);
  });

  test('a signed one comes with the offer to close those that ask for less, and only with that', async () => {
    const { deps } = management;
    const offers = async (webhook: Webhook) =>
      (await adviceOn(deps.webhooks, webhook)).map(({ webhookId }) => webhookId);
    const born = await create();
    expect(await offers(born)).toEqual([]);
    const shown = await create({ auth: { scheme: 'bearer', secret: 'a secret of its sender' } });
    expect(await offers(shown)).toEqual([born.id]);
    const signed = await create({ auth: { scheme: 'pagerduty', secret: 'a secret of its sender' } });
    expect((await offers(signed)).sort()).toEqual([born.id, shown.id].sort());
    expect((await adviceOn(deps.webhooks, signed))[0]?.message).toContain('{"enabled":false}');
    made(await updateWebhook(deps, born, { enabled: false }));
    expect(await offers(signed)).toEqual([shown.id]);
  });

  test('one of another relay is not found', async () => {
    const webhook = { ...(await create()), relayId: 'rly_2' };
    for (const result of [
      await getWebhook(management.deps, webhook),
      await updateWebhook(management.deps, webhook, { enabled: false }),
      await rotateWebhook(management.deps, webhook, {}),
      await deleteWebhook(management.deps, webhook),
    ]) {
      expect(result).toMatchObject({ status: 404 });
    }
  });

  test('a deleted one is gone', async () => {
    const webhook = await create();
    expect(await deleteWebhook(management.deps, webhook)).toEqual({ success: true });
    expect(await getWebhook(management.deps, webhook)).toMatchObject({ status: 404 });
    expect(await deleteWebhook(management.deps, webhook)).toMatchObject({ status: 404 });
  });
});

describe('rotating a key', () => {
  test('gives a new one, and a day to the old one', async () => {
    const webhook = await create();
    const rotated = made(await rotateWebhook(management.deps, webhook, {}));
    const validUntil = '2027-03-02T12:00:00.000Z';
    expect(rotated.webhookKey).not.toBe(webhook.webhookKey);
    expect(rotated.previousKeys).toEqual([{ sha256: digest(webhook.webhookKey), validUntil }]);
    expect(webhookView(rotated)).toMatchObject({ previousKeyValidUntil: validUntil });
    expect(JSON.stringify(webhookView(rotated))).not.toContain(digest(webhook.webhookKey));
  });

  test('ends the old one at once where it leaked, and what is left of the ones before', async () => {
    const webhook = await create();
    await rotateWebhook(management.deps, webhook, { overlapHours: 168 });
    const rotated = made(await rotateWebhook(management.deps, webhook, { overlapHours: 0 }));
    expect(rotated.previousKeys).toEqual([]);
    expect(webhookView(rotated).previousKeyValidUntil).toBeNull();
  });

  test('twice keeps both old keys, neither longer than the second overlap, and at most five', async () => {
    const webhook = await create();
    const first = made(await rotateWebhook(management.deps, webhook, { overlapHours: 10 }));
    await management.clock.sleep(3_600_000);
    const second = made(await rotateWebhook(management.deps, webhook, { overlapHours: 2 }));
    const validUntil = '2027-03-01T15:00:00.000Z';
    expect(second.previousKeys).toEqual(
      [first, webhook].map(({ webhookKey }) => ({ sha256: digest(webhookKey), validUntil })),
    );
    for (let count = 0; count < 6; count++) made(await rotateWebhook(management.deps, webhook, {}));
    expect(made(await getWebhook(management.deps, webhook)).previousKeys).toHaveLength(5);
  });

  test.each([-1, 168.1, '24'])('takes no overlap of %j hours', (overlapHours) => {
    expect(rotationInput.safeParse({ overlapHours }).success).toBe(false);
  });
});
