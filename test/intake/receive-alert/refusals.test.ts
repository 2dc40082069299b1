import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import type { Webhook } from '../../../functions/domain/webhook/webhook.ts';
import type { ReceiveAlertDeps } from '../../../functions/intake/receive-alert/receive-alert.ts';
import { alertmanagerBody, alertmanagerEntry, fakeWebhooks, sampleWebhook } from '../../support/fakes/intake.ts';
import { unexpected } from '../../support/fakes/recorded.ts';
import { prepare, refusalOf } from './prepare.ts';

describe('nothing is queued', () => {
  const wide = { labels: { alertname: 'x' }, annotations: { summary: 'x' } };
  const refused: [what: string, body: unknown, code: string, status: number][] = [
    ['no JSON', 'title: Disk full', 'invalid_json', 400],
    ['a body that no format explains', { text: 'Disk full' }, 'unknown_format', 400],
    ['a wrong field', { title: '' }, 'invalid_payload', 400],
    ['no alerts', alertmanagerBody([]), 'invalid_payload', 400],
    [
      '3,001 alerts',
      alertmanagerBody(
        Array.from({ length: 3_001 }, (_, index) => alertmanagerEntry({ ...wide, fingerprint: `${index}` })),
      ),
      'too_many_alerts',
      413,
    ],
  ];
  test.each(refused)('of %s', async (_, body, code, status) => {
    const { sent, post } = prepare();
    expect(await post(body)).toMatchObject({
      refusal: { code, status },
      webhook: { id: 'wh_1', relayId: 'rly_1' },
    });
    expect(sent).toEqual([]);
  });

  test('of a body over the limit, which is not even read', async () => {
    const { sent, post } = prepare({ webhooks: { findByKey: () => unexpected('findByKey') } });
    const largest = JSON.stringify({ title: 'Disk full' }).padEnd(limits.hookBodyBytes);
    expect(refusalOf(await post(`${largest} `))).toMatchObject({ code: 'body_too_large', status: 413 });
    expect(sent).toEqual([]);
    expect(await prepare().post(largest)).toMatchObject({ alertIds: [expect.any(String)] });
  });

  test('of a body whose characters take more bytes than the limit', async () => {
    const body = { title: 'Disk full', message: 'ü'.repeat(limits.hookBodyBytes / 2) };
    expect(refusalOf(await prepare().post(body)).code).toBe('body_too_large');
  });

  test.each([
    ['a good body', alertmanagerBody()],
    ['a bad body', '{'],
    ['an unknown format', {}],
  ])('for an unknown key or one that is switched off: %s gives the same answer', async (_, body) => {
    const webhooks = fakeWebhooks(sampleWebhook({ enabled: false }));
    const { sent, post } = prepare({ webhooks, alerts: { latestOf: () => unexpected('latestOf') } });
    const unknown = await post(body, 'key-2');
    expect(unknown).toMatchObject({ refusal: { code: 'unknown_hook', status: 404 } });
    expect(await post(body, 'key-1')).toEqual(unknown);
    expect(sent).toEqual([]);
  });
});

describe('settings that were changed within the last seconds', () => {
  const before = sampleWebhook({ provider: 'sentry' });
  const updatedAt = '2027-03-01T11:59:59.000Z';

  /** Remembers the webhook as it was, and counts how often it is read anew. */
  function changedTo(stored: Webhook | undefined) {
    const reads: boolean[] = [];
    const webhooks: ReceiveAlertDeps['webhooks'] = {
      findByKey: async (_, { fresh } = { fresh: false }) => {
        reads.push(fresh);
        return fresh ? stored : before;
      },
    };
    return { reads, ...prepare({ webhooks }) };
  }

  test('refuse nothing that they take by now', async () => {
    const { sent, post } = changedTo({ ...before, provider: null, updatedAt });
    expect(await post({ title: 'Disk full' })).toMatchObject({ alertIds: [expect.any(String)] });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['nothing has changed', before, 'invalid_payload'],
    ['it is another sender', { ...before, provider: 'axiom' as const, updatedAt }, 'invalid_payload'],
    ['it was switched off', { ...before, enabled: false, updatedAt }, 'unknown_hook'],
    ['it was deleted', undefined, 'unknown_hook'],
  ])('are read once more before a refusal: %s', async (_, stored, code) => {
    const { reads, sent, post } = changedTo(stored);
    expect(refusalOf(await post({ title: 'Disk full' })).code).toBe(code);
    expect([reads, sent]).toEqual([[false, true], []]);
  });

  test('are not asked where they make no difference', async () => {
    const { reads, post } = changedTo(before);
    const busy = prepare({ limit: { take: async () => 3 } });
    expect(refusalOf(await busy.post({ title: 'Disk full' })).code).toBe('too_many_requests');
    expect(refusalOf(await post('x'.repeat(limits.hookBodyBytes + 1))).code).toBe('body_too_large');
    expect(reads).toEqual([]);
  });
});

describe('a part that fails', () => {
  const failing = { webhooks: 'findByKey', alerts: 'latestOf', queue: 'send' } as const;

  test.each(Object.entries(failing))('%s: the error is passed on and nothing is answered', async (port, method) => {
    const { sent, post } = prepare({ [port]: { [method]: () => Promise.reject(new Error('throttled')) } });
    await expect(post({ title: 'Disk full' })).rejects.toThrow('throttled');
    expect(sent).toEqual([]);
  });
});
