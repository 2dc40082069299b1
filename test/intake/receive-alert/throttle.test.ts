import { expect, test } from 'vitest';
import { fakeWebhooks, sampleWebhook } from '../../support/fakes/intake.ts';
import { prepare, refusalOf } from './prepare.ts';

const body = { title: 'Disk full' };

test('a hook over its limit is told when to send again, and nothing is queued', async () => {
  const { sent, post } = prepare({ limit: { take: async (caller) => (caller === 'hook#wh_1' ? 7 : undefined) } });
  const refusal = refusalOf(await post(body));
  expect(refusal).toMatchObject({ code: 'too_many_requests', status: 429, retryAfterSeconds: 7 });
  expect(sent).toEqual([]);
});

test('a limit that cannot be counted lets a known sender in, and says so', async () => {
  const { sent, warnings, post } = prepare({ limit: { take: () => Promise.reject(new Error('throttled')) } });
  await post(body);
  expect(sent).toHaveLength(1);
  expect(JSON.stringify(warnings)).toContain('Delivery not counted for its hook [hook_rate open]');
});

test('strangers use nothing up: neither with an unknown key nor without the signature of a known one', async () => {
  const counted: string[] = [];
  const limit = { take: async (caller: string) => void counted.push(caller) };
  const auth = { scheme: 'github' as const, versions: [{ id: 'v1', secrets: 1 }] };
  const secrets = { read: async () => ({ secrets: ['secret'] }) };
  const { post } = prepare({ limit, secrets, webhooks: fakeWebhooks(sampleWebhook({ auth })) });
  expect(refusalOf(await post(body, 'nobody')).code).toBe('unknown_hook');
  expect(refusalOf(await post(body)).code).toBe('missing_signature');
  expect(counted).toEqual([]);
});
