import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deliverySchema } from '../../../functions/contract/delivery.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { alertIdOf, nextAlertIdOf } from '../../../functions/domain/alert/alert-id.ts';
import { alertmanagerBody, alertmanagerEntry, bytesOf, sampleWebhook } from '../../support/fakes/intake.ts';
import { prepare } from './prepare.ts';

describe('a delivery is queued', () => {
  test('with everything that routing needs, and without the body', async () => {
    const { sent, post } = prepare();
    const body = alertmanagerBody();
    const alertId = alertIdOf({
      relayId: 'rly_1',
      fingerprint: 'v1:alertmanager:b1946ac92492d234',
      startsAt: '2027-03-01T11:59:00.123Z',
    });
    const delivery = {
      deliveryId: 'dlv_1',
      relayId: 'rly_1',
      webhookId: 'wh_1',
      format: 'alertmanager',
      receivedAt: '2027-03-01T12:00:00.000Z',
      bodySha256: createHash('sha256').update(bytesOf(body)).digest('hex'),
      items: [{ alertId, occurrence: expect.objectContaining({ title: 'Checkout totals are wrong' }) }],
    };
    expect(await post(body)).toEqual({ delivery, alertIds: [alertId] });
    expect(sent).toEqual([delivery]);
    expect(deliverySchema.safeParse(JSON.parse(JSON.stringify(sent[0]))).error).toBeUndefined();
  });

  test('with the open alert of an incident whose sender gives no start', async () => {
    const { sent, post } = prepare();
    const fingerprint = 'v1:generic:disk';
    const alertId = nextAlertIdOf({ relayId: 'rly_1', fingerprint, previousAlertId: null });
    expect(await post({ title: 'Disk full', dedup_key: 'disk' })).toMatchObject({ alertIds: [alertId] });
    expect(sent).toMatchObject([{ format: 'generic', items: [{ alertId, occurrence: { fingerprint } }] }]);
  });

  test('as another delivery each time, of the same alert', async () => {
    const { sent, post } = prepare();
    const [one, two] = [await post(alertmanagerBody()), await post(alertmanagerBody())];
    expect(sent.map(({ deliveryId }) => deliveryId)).toEqual(['dlv_1', 'dlv_2']);
    expect(two).toMatchObject({ alertIds: 'alertIds' in one ? one.alertIds : [] });
  });

  test('entry by entry: only an exact copy is dropped, and it has its id in the answer as well', async () => {
    const { sent, post } = prepare();
    const entry = alertmanagerEntry();
    const resolved = alertmanagerEntry({ status: 'resolved' });
    const reworded = alertmanagerEntry({ annotations: { summary: 'Still wrong' } });
    const receipt = await post(alertmanagerBody([entry, resolved, entry, reworded]));
    expect(sent[0]?.items.map(({ occurrence: { status, title } }) => [status, title])).toEqual([
      ['firing', 'Checkout totals are wrong'],
      ['resolved', 'Checkout totals are wrong'],
      ['firing', 'Still wrong'],
    ]);
    const alertIds = 'alertIds' in receipt ? receipt.alertIds : [];
    expect(alertIds).toHaveLength(4);
    expect(new Set(alertIds).size).toBe(1);
  });

  test('in the format that the webhook pins', async () => {
    const { sent, post } = prepare({
      webhooks: { findByKey: async () => sampleWebhook({ provider: 'custom' }) },
    });
    await post({ ...alertmanagerBody(), title: 'Mine' });
    expect(sent).toMatchObject([{ format: 'generic', items: [{ occurrence: { title: 'Mine' } }] }]);
  });

  test('3,000 alerts that fill the largest body come in messages that the queue holds', async () => {
    const { sent, post } = prepare();
    const entries = (padding: number) =>
      Array.from({ length: 3_000 }, (_, index) =>
        alertmanagerEntry({
          labels: { alertname: 'PodCrashing', severity: 'warning', pod: `checkout-${index}` },
          annotations: { summary: `Pod checkout-${index} is crashing`, description: 'x'.repeat(padding) },
          fingerprint: index.toString(16).padStart(16, '0'),
        }),
      );
    const spare = limits.hookBodyBytes - bytesOf(alertmanagerBody(entries(0))).byteLength;
    const body = alertmanagerBody(entries(Math.floor(spare / 3_000)));
    expect(bytesOf(body).byteLength).toBeGreaterThan(limits.hookBodyBytes - 3_000);
    expect(await post(body)).toMatchObject({ alertIds: { length: 3_000 } });
    const sizes = sent.map((part) => Buffer.byteLength(JSON.stringify(part)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.queueMessageBytes);
    expect(sent.flatMap(({ items }) => items)).toHaveLength(3_000);
  });
});
