import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { tracesOf, tracesWith } from '../support/system/secret-scan.ts';
import { output, type System, sharedSystem } from '../support/system/system.ts';

const webhookSchema = z.object({
  webhook: z.object({ id: z.string(), webhookKey: z.string(), auth: z.unknown() }),
});
const [first, second] = ['the first signing secret', 'the second signing secret'];

describe('deliveries to a webhook that asks for a signature', () => {
  let system: System;
  let path: string;
  let hookUrl: string;

  beforeAll(async () => {
    system = await sharedSystem();
    const relay = await system.client.relay.create({ name: 'Signed' });
    const created = await manage('POST', `/relay/${relay.id}/webhooks`, { auth: { scheme: 'github', secret: first } });
    path = `/relay/${relay.id}/webhooks/${created.id}`;
    hookUrl = `${output(system.stack, 'HooksUrl')}/${created.webhookKey}`;
  });

  async function manage(method: string, route: string, body: object) {
    const response = await fetch(`${output(system.stack, 'ApiUrl')}${route}`, {
      method,
      headers: { authorization: `Bearer ${system.apiToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).not.toContain('signing secret');
    return webhookSchema.parse(JSON.parse(text)).webhook;
  }

  async function post(
    title: string,
    { secret = first, delivery = title }: { secret?: string; delivery?: string } = {},
  ) {
    const body = JSON.stringify({ title, message: '🔥', dedup_key: title });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const response = await fetch(hookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'X-Hub-Signature-256': `sha256=${signature}`,
        'X-GitHub-Delivery': delivery,
      },
      body,
    });
    return { status: response.status, body: await response.json() };
  }

  test('are taken with its secret, once, and refused with another', async () => {
    const taken = await post('Disk full');
    expect(taken).toMatchObject({ status: 202, body: { alertIds: [expect.any(String)] } });
    const { deliveryId } = z.object({ deliveryId: z.string() }).parse(taken.body);
    expect(await post('Disk full')).toEqual({ status: 202, body: { deliveryId, alertIds: [], repeated: true } });
    expect(await post('Disk full', { secret: second })).toMatchObject({
      status: 401,
      body: { error: { code: 'bad_signature' } },
    });
    const unsigned = await fetch(hookUrl, { method: 'POST', body: '{' });
    expect(unsigned.status).toBe(401);
    expect(await unsigned.json()).toMatchObject({ error: { code: 'missing_signature' } });
  });

  test('are taken with both secrets while one takes the place of the other, and at once', async () => {
    const rotated = await manage('PATCH', path, { auth: { scheme: 'github', secret: second } });
    expect(rotated.auth).toMatchObject({ scheme: 'github', secrets: 1, previousSecrets: 1 });
    expect(await post('By the new secret', { secret: second })).toMatchObject({ status: 202 });
    expect(await post('By the old secret', { secret: first })).toMatchObject({ status: 202 });
    await manage('PATCH', path, { auth: { scheme: 'github', keepPrevious: false } });
    expect(await post('By the old secret again', { secret: first })).toMatchObject({ status: 401 });
  });

  test('need none any more where authentication is taken away', async () => {
    expect(await manage('PATCH', path, { auth: null })).toMatchObject({ auth: null });
    const open = await fetch(hookUrl, { method: 'POST', body: '{"title":"Unsigned"}' });
    expect(open.status).toBe(202);
  });

  test('leave no secret where people look', async () => {
    const secrets = [first, second].map((password) => ({ username: 'none', password }));
    expect(tracesWith(await tracesOf(system), secrets)).toEqual([]);
  });
});
