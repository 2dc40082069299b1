import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createWebhookSender } from '../../functions/adapters/webhook-sender.ts';
import type { WebhookCall } from '../../functions/contract/webhook-call.ts';
import { signatureHeaders } from '../../functions/domain/webhook/webhook-signature.ts';
import { sampleCall } from '../support/fakes/calls.ts';

const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const at = new Date('2027-03-01T12:00:00.000Z');

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A receiver that answers with a status. */
async function receiver(status: number, answer = '', headers: Record<string, string> = {}) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(status, headers).end(answer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => new Promise((closed) => server.close(closed)));
  const { port } = server.address() as AddressInfo;
  return { received, origin: `http://127.0.0.1:${port}` };
}

/** A server that takes connections and speaks no HTTP. */
async function listening(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer(onConnection);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  open.push(() => new Promise((closed) => server.close(closed)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const sender = (privateHosts = '127.0.0.1') =>
  createWebhookSender({ privateHosts, privateRanges: 'refused', keys: async () => [key] });
const send = (call: Partial<WebhookCall>, privateHosts?: string) => sender(privateHosts).send(sampleCall(call), at);

describe('a call', () => {
  test('arrives as the rule has it, signed', async () => {
    const { received, origin } = await receiver(204);
    const call = sampleCall({ endpoint: `${origin}/alerts?team=a`, method: 'PUT', headers: { 'x-team': 'a' } });
    expect(await sender().send(call, at)).toEqual({ kind: 'done' });
    expect(received).toMatchObject([
      {
        method: 'PUT',
        url: '/alerts?team=a',
        body: call.body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'opencode-relay',
          'x-team': 'a',
          ...signatureHeaders({ id: call.id, body: call.body ?? '' }, [key], at),
        },
      },
    ]);
  });

  test('is a span of its own in the trace of its delivery, whatever headers the rule sets', async () => {
    const { received, origin } = await receiver(204);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await send({ endpoint: origin, headers: { Traceparent: 'mine' }, traceparent });
    await send({ endpoint: origin });
    const [traced, untraced] = received.map(({ headers }) => headers.traceparent);
    expect(traced).toMatch(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
    expect(untraced).toBeUndefined();
  });

  test('without a body is signed all the same', async () => {
    const { received, origin } = await receiver(200);
    await send({ endpoint: origin, method: 'GET', body: null });
    expect(received[0]?.headers).toMatchObject(signatureHeaders({ id: sampleCall().id, body: '' }, [key], at));
    expect(received[0]?.headers).not.toHaveProperty('content-type');
  });

  test.each([
    [200, { kind: 'done' }],
    [299, { kind: 'done' }],
    [302, { kind: 'refused', code: 'status_302' }],
    [400, { kind: 'refused', code: 'status_400' }],
    [401, { kind: 'refused', code: 'status_401' }],
    [408, { kind: 'again', code: 'status_408' }],
    [425, { kind: 'again', code: 'status_425' }],
    [429, { kind: 'again', code: 'status_429' }],
    [500, { kind: 'again', code: 'status_500' }],
    [503, { kind: 'again', code: 'status_503' }],
  ])('that is answered %i', async (status, result) => {
    const { origin } = await receiver(status, '', status === 302 ? { location: 'http://127.0.0.1:1/' } : {});
    expect(await send({ endpoint: origin })).toEqual(result);
  });

  test('was taken, however long the answer', async () => {
    const { origin } = await receiver(200, 'x'.repeat(1_000_000));
    expect(await send({ endpoint: origin })).toEqual({ kind: 'done' });
  });

  test('comes again where the connection breaks off', async () => {
    const endpoint = await listening((socket) => socket.resetAndDestroy());
    expect(await send({ endpoint })).toEqual({ kind: 'again', code: 'ECONNRESET' });
  });

  test('comes again where the receiver does not answer in time', async () => {
    const endpoint = await listening((socket) => open.push(async () => socket.destroy()));
    expect(await send({ endpoint, timeoutMs: 20 })).toEqual({ kind: 'again', code: 'TIMED_OUT' });
  });

  test('comes again where nobody listens', async () => {
    const endpoint = await listening(() => {});
    await Promise.all(open.splice(0).map((close) => close()));
    expect(await send({ endpoint })).toEqual({ kind: 'again', code: 'ECONNREFUSED' });
  });

  test('comes again, unsent, where its key cannot be read', async () => {
    const { received, origin } = await receiver(200);
    const keyless = createWebhookSender({
      privateHosts: '127.0.0.1',
      privateRanges: 'refused',
      keys: () => Promise.reject(new Error('throttled')),
    });
    await expect(keyless.send(sampleCall({ endpoint: origin }), at)).rejects.toThrow('throttled');
    expect(received).toEqual([]);
  });
});

describe('what is never called', () => {
  test.each([
    ['http without permission', 'http://hooks.example.com/', 'not_https'],
    ['loopback', 'https://127.0.0.1/', 'refused_address'],
    ['instance metadata', 'https://169.254.169.254/latest/', 'refused_address'],
    ['loopback by another name', 'https://[::ffff:127.0.0.1]/', 'refused_address'],
    ['a private network', 'https://10.0.0.7/', 'private_range'],
    ['metadata of Google Cloud', 'https://[fd20:ce::254]/', 'metadata_service'],
  ])('%s', async (_, endpoint, code) => {
    expect(await send({ endpoint }, '')).toEqual({ kind: 'refused', code });
  });

  test('a name that leads to a refused address, whatever it said before', async () => {
    const guarded = createWebhookSender({
      privateHosts: '',
      privateRanges: 'refused',
      keys: async () => [key],
      resolve: (_, __, callback) => callback(null, [{ address: '169.254.169.254', family: 4 }]),
    });
    const result = await guarded.send(sampleCall({ endpoint: 'https://hooks.example.com/' }), at);
    expect(result).toEqual({ kind: 'refused', code: 'ERR_ADDRESS_REFUSED' });
  });
});
