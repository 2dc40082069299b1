import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HookRefusal } from '../../functions/domain/intake/refusal.ts';
import { verify } from '../../functions/domain/signature/verify.ts';
import { fire, output, type System, sharedSystem } from '../support/system/system.ts';

interface Call {
  headers: Record<string, string>;
  body: string;
}

let system: System;
const calls: Call[] = [];
/** Of the answers, the last one for good. */
const statuses = [503, 200];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  calls.push({ headers: Object.fromEntries(headers), body });
  response.writeHead(statuses[calls.length - 1] ?? 200).end();
});

beforeAll(async () => {
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  system = await sharedSystem();
});
afterAll(() => {
  receiver.close();
});

test('a webhook rule calls its endpoint, signed, and again where it was in trouble', async () => {
  const { client, stack } = system;
  const { port } = receiver.address() as AddressInfo;
  const relay = await client.relay.create({ name: 'Tell the team' });
  const rule = await client.relay.rules.create(relay.id, {
    name: 'Tell the team',
    ruleType: 'webhook',
    config: {
      endpoint: `http://127.0.0.1:${port}/oncall`,
      payload: { text: 'Look at {{alert.title}}', severity: '{{alert.severity}}', after: '{{outcome}}' },
    },
  });
  const [webhook] = await client.webhook.listByRelay(relay.id);
  const alertId = await fire(`${output(stack, 'HooksUrl')}/${webhook?.webhookKey}`, 'Checkout is down', 'since 09:00');
  // The first try is answered 503 and comes again after 10 s.
  await vi.waitFor(() => expect(calls).toHaveLength(2), { timeout: 60_000, interval: 100 });

  const [first, second] = calls;
  expect(JSON.parse(first?.body ?? '')).toEqual({ text: 'Look at Checkout is down', severity: 'high', after: null });
  expect(second).toMatchObject({ body: first?.body, headers: { 'webhook-id': first?.headers['webhook-id'] } });
  const key = await signingKey();
  for (const call of calls) expect(verifiedBy(key, call)).not.toBeInstanceOf(HookRefusal);
  const call = { state: 'delivered', tries: 2, code: null };
  await vi.waitFor(
    async () =>
      expect(await ask(`/alerts/${alertId}/decisions`)).toMatchObject({
        decisions: [{ ruleId: rule.id, reason: 'webhook_called', count: 1, call }],
      }),
    { timeout: 30_000, interval: 100 },
  );
});

/** As a receiver would, with the verifier of our own hooks. */
const verifiedBy = (key: string, { headers, body }: Call) =>
  verify(
    { scheme: 'standard_webhooks', versions: [{ id: 'v', secrets: 1 }] },
    [{ secrets: [`whsec_${key}`] }],
    { headers, body: new TextEncoder().encode(body) },
    new Date(),
  );

async function signingKey(): Promise<string> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const aws = { endpoint: system.stack.awsEndpointUrl, region: 'eu-central-1', credentials };
  const SecretId = output(system.stack, 'WebhookSigningSecretArn');
  const { SecretString } = await new SecretsManagerClient(aws).send(new GetSecretValueCommand({ SecretId }));
  return SecretString ?? '';
}

async function ask(path: string): Promise<unknown> {
  const authorization = `Bearer ${system.apiToken}`;
  const response = await fetch(`${output(system.stack, 'ApiUrl')}${path}`, { headers: { authorization } });
  return response.json();
}
