import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
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

describe('a part that fails', () => {
  const failing = { webhooks: 'findByKey', alerts: 'latestOf', queue: 'send' } as const;

  test.each(Object.entries(failing))('%s: the error is passed on and nothing is answered', async (port, method) => {
    const { sent, post } = prepare({ [port]: { [method]: () => Promise.reject(new Error('throttled')) } });
    await expect(post({ title: 'Disk full' })).rejects.toThrow('throttled');
    expect(sent).toEqual([]);
  });
});
