import { describe, expect, test } from 'vitest';
import type { WebhookAuth } from '../../../functions/domain/signature/auth.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeWebhooks, sampleWebhook } from '../../support/fakes/intake.ts';
import { unexpected } from '../../support/fakes/recorded.ts';
import { fakeMemory, fakeWebhookSecrets } from '../../support/fakes/webhook-secrets.ts';
import { prepare } from './prepare.ts';

const BODY = '{"title":"Disk full"}';
/** As `openssl dgst -sha256 -hmac SECRET` has them for the body, with each secret. */
const SIGNED_BY = {
  'It is a secret to everybody': 'b7baa3dc7e91bb1e6b0226ff88e246baf03d08c98f7796d9108706ae97dc1e57',
  'The secret before it': '920d53f00450c04ddfecc2a75f7a59b628632c45d1961721694eb1e9345432a1',
} as const;
const [after, before] = ['It is a secret to everybody', 'The secret before it'] as const;
const sentry = (secret: keyof typeof SIGNED_BY = after, id = 'r-1') => ({
  'sentry-hook-signature': SIGNED_BY[secret],
  'request-id': id,
});

function prepareSigned(auth: Partial<WebhookAuth> = {}, changes: Parameters<typeof prepare>[0] = {}) {
  const webhook = sampleWebhook({ auth: { scheme: 'sentry', versions: [{ id: 'v2', secrets: 1 }], ...auth } });
  const secrets = fakeWebhookSecrets({ 'wh_1/v2': { secrets: [after] }, 'wh_1/v1': { secrets: [before] } });
  const memory = fakeMemory();
  return { memory, ...prepare({ webhooks: fakeWebhooks(webhook), secrets, memory, ...changes }) };
}
const post = ({ post }: ReturnType<typeof prepareSigned>, headers: Record<string, string>, body: unknown = BODY) =>
  post(body, 'key-1', headers);

describe('a signed delivery', () => {
  test('is queued under an id of its own, which is remembered', async () => {
    const prepared = prepareSigned();
    expect(await post(prepared, sentry())).toMatchObject({ alertIds: [expect.any(String)] });
    expect(prepared.sent).toMatchObject([{ deliveryId: expect.stringMatching(/^dlv_[0-9a-f]{32}$/) }]);
    expect([...prepared.memory.remembered]).toEqual(prepared.sent.map(({ deliveryId }) => deliveryId));
  });

  test('once more is taken note of, and queued as a repeat', async () => {
    const prepared = prepareSigned();
    await post(prepared, sentry());
    expect(await post(prepared, sentry())).toEqual({
      repeated: { deliveryId: prepared.sent[0]?.deliveryId },
      webhook: { id: 'wh_1', relayId: 'rly_1' },
    });
    expect(prepared.sent).toMatchObject([{}, { repeatOf: prepared.sent[0]?.deliveryId }]);
  });

  test('with the same body and another id is another delivery', async () => {
    const prepared = prepareSigned();
    await post(prepared, sentry(after, 'r-1'));
    await post(prepared, sentry(after, 'r-2'));
    expect(new Set(prepared.sent.map(({ deliveryId }) => deliveryId)).size).toBe(2);
  });

  test('that could not be queued is taken when it comes again', async () => {
    const prepared = prepareSigned();
    const failing = prepareSigned(
      {},
      { memory: prepared.memory, queue: { send: () => Promise.reject(new Error('full')) } },
    );
    await expect(post(failing, sentry())).rejects.toThrow('full');
    expect(await post(prepared, sentry())).toMatchObject({ delivery: {} });
  });

  test('that is refused for its body is not remembered: put right, it comes under the same id', async () => {
    const auth: Partial<WebhookAuth> = { scheme: 'pagerduty' };
    const prepared = prepareSigned(auth);
    // As openssl has it for `{`.
    const headers = { 'x-pagerduty-signature': 'v1=705ab29fded0307d6af9194123c5e991c920b6df43b7ffe26da1404a15dd4ad7' };
    for (const _ of [1, 2]) {
      expect(await post(prepared, headers, '{')).toMatchObject({ refusal: { code: 'invalid_json', status: 400 } });
    }
    expect(prepared.memory.remembered.size).toBe(0);
  });

  test('that is queued and cannot be remembered is answered as taken: the sender is done', async () => {
    const memory = { has: async () => false, remember: () => Promise.reject(new TypeError('It is a secret')) };
    const prepared = prepareSigned({}, { memory });
    expect(await post(prepared, sentry())).toMatchObject({ delivery: {} });
    expect(prepared.warnings).toEqual(['Delivery not remembered [delivery_memory open]: TypeError']);
  });
});

describe('refused before anything of the body is read', () => {
  test.each([
    ['unsigned', {}, 'missing_signature'],
    ['signed with another secret', sentry(before), 'bad_signature'],
    ['signed long ago', { ...sentry(), 'sentry-hook-timestamp': '1803900000' }, 'stale_timestamp'],
  ])('%s', async (_, headers, code) => {
    const prepared = prepareSigned(
      {},
      { memory: { has: () => unexpected('has'), remember: () => unexpected('remember') } },
    );
    expect(await post(prepared, headers)).toMatchObject({
      refusal: { code, status: 401 },
      webhook: { id: 'wh_1', relayId: 'rly_1' },
    });
    if (code !== 'stale_timestamp') expect(await post(prepared, headers, '{')).toMatchObject({ refusal: { code } });
    expect(prepared.sent).toEqual([]);
  });

  test('an unknown key, or one that is switched off, is not found; no secret is read for it', async () => {
    const auth: WebhookAuth = { scheme: 'sentry', versions: [{ id: 'v2', secrets: 1 }] };
    const off = prepare({ webhooks: fakeWebhooks(sampleWebhook({ enabled: false, auth })) });
    const unknown = await off.post(BODY, 'key-2', sentry());
    expect(unknown).toMatchObject({ refusal: { code: 'unknown_hook', status: 404 } });
    expect(await off.post(BODY, 'key-1', sentry())).toEqual(unknown);
  });
});

describe('a secret that was replaced', () => {
  const versions = [
    { id: 'v2', secrets: 1 },
    { id: 'v1', secrets: 1, validUntil: '2027-03-01T13:00:00.000Z' },
  ];

  test('is taken beside the new one until its time is over', async () => {
    const clock = fakeClock('2027-03-01T12:59:59.999Z');
    const prepared = prepareSigned({ versions }, { clock });
    expect(await post(prepared, sentry(before, 'r-1'))).toMatchObject({ delivery: {} });
    expect(await post(prepared, sentry(after, 'r-2'))).toMatchObject({ delivery: {} });
    await clock.sleep(1);
    expect(await post(prepared, sentry(before, 'r-3'))).toMatchObject({ refusal: { code: 'bad_signature' } });
    expect(await post(prepared, sentry(after, 'r-4'))).toMatchObject({ delivery: {} });
  });

  test('and tidied away early is not missed', async () => {
    const secrets = fakeWebhookSecrets({ 'wh_1/v2': { secrets: [after] } });
    const prepared = prepareSigned({ versions }, { secrets });
    expect(await post(prepared, sentry(after))).toMatchObject({ delivery: {} });
    expect(await post(prepared, sentry(before, 'r-2'))).toMatchObject({ refusal: { code: 'bad_signature' } });
  });
});

describe('fails closed', () => {
  test('where the current secret is not there', async () => {
    const secrets = fakeWebhookSecrets({ 'wh_1/v1': { secrets: [before] } });
    const prepared = prepareSigned({}, { secrets });
    await expect(post(prepared, sentry())).rejects.toThrow('The current secret of webhook wh_1 is not there');
  });

  test('where any secret that should be live cannot be read', async () => {
    const read = async (_: string, version: string) =>
      version === 'v1' ? Promise.reject(new Error('throttled')) : { secrets: [after] };
    const versions = [
      { id: 'v2', secrets: 1 },
      { id: 'v1', secrets: 1, validUntil: '2027-03-01T13:00:00.000Z' },
    ];
    const prepared = prepareSigned({ versions }, { secrets: { read } });
    await expect(post(prepared, sentry(before))).rejects.toThrow('throttled');
    expect(prepared.sent).toEqual([]);
  });
});

test('what the webhook says of keys is passed to the format', async () => {
  const webhook = sampleWebhook({ provider: 'custom', mapping: { title: 'event.name', fingerprint: 'event.id' } });
  const { sent, post: send } = prepare({ webhooks: fakeWebhooks(webhook) });
  await send({ event: { name: 'Disk full', id: 'e-1' } });
  expect(sent).toMatchObject([{ items: [{ occurrence: { title: 'Disk full', externalId: 'e-1' } }] }]);
});
