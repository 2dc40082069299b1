import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { WebhookAuth } from '../../../functions/domain/signature/auth.ts';
import { sampleRule } from '../../support/fakes/alert-samples.ts';
import { Door } from '../../support/fakes/door.ts';
import { sampleWebhook } from '../../support/fakes/intake.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const mac = (text: string, key: string | Buffer, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', key).update(text).digest(encoding);
const key = Buffer.from(secret.slice('whsec_'.length), 'base64');

type Sign = (body: string, seconds: string, id: string) => Record<string, string>;
/** Each scheme that signs the time of sending, and what its sender sends. */
const schemes: [name: string, auth: Partial<WebhookAuth> & Pick<WebhookAuth, 'scheme'>, sign: Sign][] = [
  [
    'standard_webhooks',
    { scheme: 'standard_webhooks' },
    (body, time, id) => ({
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': `v1,${mac(`${id}.${time}.${body}`, key, 'base64')}`,
    }),
  ],
  [
    'slack',
    { scheme: 'slack' },
    (body, time) => ({
      'x-slack-request-timestamp': time,
      'x-slack-signature': `v0=${mac(`v0:${time}:${body}`, secret)}`,
    }),
  ],
  [
    'grafana with a time',
    { scheme: 'grafana', timestampHeader: 'x-time' },
    (body, time) => ({ 'x-time': time, 'x-grafana-alerting-signature': mac(`${time}:${body}`, secret) }),
  ],
  [
    'rootly',
    { scheme: 'rootly' },
    (body, time) => ({ 'x-rootly-signature': `t=${time},v1=${mac(time + body, secret)}` }),
  ],
  [
    'timestamp_body',
    { scheme: 'timestamp_body' },
    (body, time) => ({
      'x-amzn-event-timestamp': time,
      'x-amzn-event-signature': mac(`${time}:${body}`, secret, 'base64'),
    }),
  ],
];

const body = (status: string) => ({ title: 'Disk full', dedup_key: 'disk', status });

describe.each(schemes)('a delivery signed as %s with its time, which somebody has recorded', (_, auth, sign) => {
  const prepare = () =>
    new Door({
      webhooks: [sampleWebhook({ auth: { ...auth, versions: [{ id: 'v1', secrets: 1 }] } })],
      secrets: { read: async () => ({ secrets: [secret] }) },
      rules: [sampleRule()],
    });
  const now = (door: Door) => String(Math.floor(door.clock.now().getTime() / 1_000));
  /** Each delivery comes a minute after the one before, and the window is five. */
  const post = (door: Door, status: string, id: string, time = now(door)) =>
    door.post(body(status), 'key-1', sign(JSON.stringify(body(status)), time, id));

  test('opens nothing when it is sent again after the end, within the window', async () => {
    const door = prepare();
    const fired = now(door);
    await post(door, 'firing', 'msg_1');
    await post(door, 'resolved', 'msg_2');
    door.world.endSessions('no_changes');
    const { starts } = door;
    expect(await post(door, 'firing', 'msg_1', fired)).toMatchObject({ repeated: {} });
    expect(door.states).toEqual(['resolved']);
    expect(door.starts).toBe(starts);
  });

  test('is taken where its sender says the same anew', async () => {
    const door = prepare();
    await post(door, 'firing', 'msg_1');
    await post(door, 'resolved', 'msg_2');
    await post(door, 'firing', 'msg_3');
    expect(door.states).toEqual(['resolved', 'open']);
  });
});
