import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createEgress, type EgressSettings } from '../../../functions/adapters/http/egress.ts';
import { exchange } from '../../../functions/adapters/http/exchange.ts';
import type { ResolveAll } from '../../../functions/adapters/http/guard.ts';
import { connectSessionServers } from '../../../functions/adapters/opencode/session-servers.ts';
import { createWebhookSender } from '../../../functions/adapters/webhook-sender.ts';
import { createAuthority, createIdentity, startTlsServer } from '../../support/certificates.ts';

const request = { method: 'GET', path: '/', headers: {}, body: undefined };
const reach = { privateHosts: 'localhost', privateRanges: 'refused' } as const;

async function ask(
  origin: string,
  settings: Partial<EgressSettings>,
  { resolve, kept = false }: { resolve?: ResolveAll; kept?: boolean } = {},
) {
  const egress = createEgress({ ...reach, ...settings }, resolve);
  const url = new URL(origin);
  return exchange(url, request, { ...(await egress.routeTo(url, kept)), limitMs: 5_000, maxBytes: 1_000 });
}

/** Trusted for the length of a test, as `NODE_EXTRA_CA_CERTS` has it for the length of a process. */
function trust({ certificate }: { certificate: string }): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  onTestFinished(() => setDefaultCACertificates(before));
}

/** A proxy that notes what it is asked for, and connects every name to this machine. */
async function startProxy(allows = true) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createPlainServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    response.setHeader('content-type', 'application/json');
    response.end('{"through":"proxy"}');
  });
  proxy.on('connection', (socket) => void sockets.add(socket));
  proxy.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${url}`);
    if (!allows) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const server = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return { asked, origin: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

const resolvingTo =
  (address: string): ResolveAll =>
  (_hostname, _options, callback) =>
    callback(null, [{ address, family: 4 }]);

const unknownName: ResolveAll = (_hostname, _options, callback) =>
  callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);

describe('a server with a certificate of a private authority', () => {
  test('is talked to where the authority is trusted, and else not', async () => {
    const authority = await createAuthority();
    const { port } = await startTlsServer(await createIdentity(authority));
    const origin = `https://localhost:${port}`;
    await expect(ask(origin, {})).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    trust(authority);
    expect(await ask(origin, {})).toMatchObject({ status: 200, body: '{"client":null}' });
  });
});

async function startMutual() {
  const authority = await createAuthority();
  trust(authority);
  const identity = await createIdentity(authority);
  const options = { requestCert: true, rejectUnauthorized: true, ca: authority.certificate };
  return { authority, ...(await startTlsServer(identity, options)) };
}

describe('a server that asks for a client certificate', () => {
  test('gets the one that is configured, on connections that are kept and on others', async () => {
    const { authority, port } = await startMutual();
    const client = await createIdentity(authority, ['relay']);
    const settings = { clientCertificate: async () => client };
    for (const kept of [true, false]) {
      expect(await ask(`https://localhost:${port}`, settings, { kept })).toMatchObject({ body: '{"client":"relay"}' });
    }
  });

  test('refuses where there is none, or one of another authority', async () => {
    const { port } = await startMutual();
    const code = /^(ERR_SSL_|ECONNRESET|EPIPE)/;
    await expect(ask(`https://localhost:${port}`, {})).rejects.toMatchObject({ code: expect.stringMatching(code) });
    const stranger = await createIdentity(await createAuthority(), ['stranger']);
    const settings = { clientCertificate: async () => stranger };
    await expect(ask(`https://localhost:${port}`, settings)).rejects.toMatchObject({
      code: expect.stringMatching(code),
    });
  });

  test('gets a renewed one on a new connection, and the same one on the connection that is there', async () => {
    const { authority, port, connections } = await startMutual();
    let current = await createIdentity(authority, ['old']);
    const egress = createEgress({ ...reach, clientCertificate: async () => current });
    const url = new URL(`https://localhost:${port}`);
    const call = async () =>
      (await exchange(url, request, { ...(await egress.routeTo(url, true)), limitMs: 5_000, maxBytes: 1_000 })).body;
    expect([await call(), await call(), connections()]).toEqual(['{"client":"old"}', '{"client":"old"}', 1]);
    current = await createIdentity(authority, ['new']);
    expect([await call(), connections()]).toEqual(['{"client":"new"}', 2]);
  });
});

describe('who calls addresses of rules', () => {
  const credentials = { read: async () => ({ username: 'opencode', password: 'p' }) };
  const bindings = { originsOf: async (_: string, asked: string) => [asked] };
  const call = (port: number, settings: Partial<EgressSettings>) => {
    const servers = connectSessionServers({ ...reach, credentials, bindings, ...settings }, { pause: async () => {} });
    const target = { endpoint: `https://localhost:${port}`, integrationId: 'int_1' };
    return servers
      .connect(target, 'v1')
      .session('ses_1')
      .catch((error: unknown) => error);
  };
  const send = (port: number, settings: Partial<EgressSettings>) =>
    createWebhookSender({ ...reach, ...settings, keys: async () => ['A'.repeat(32)] }).send(
      {
        ...{ id: 'call_1', alertId: 'alr_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'r', headers: {} },
        ...{ method: 'POST', endpoint: `https://localhost:${port}/`, body: '{}', timeoutMs: 5_000 },
      },
      new Date(0),
    );

  test('shows the client certificate to OpenCode servers and to receivers of webhooks', async () => {
    const { authority, port } = await startMutual();
    const client = await createIdentity(authority, ['relay']);
    const settings = { clientCertificate: async () => client };
    // It answered, and not as OpenCode does.
    expect(await call(port, settings)).toMatchObject({ name: 'ServerUnsupported' });
    expect(await call(port, {})).toMatchObject({ name: 'ServerUnreachable' });
    expect([await send(port, settings), await send(port, {})]).toMatchObject([{ kind: 'done' }, { kind: 'again' }]);
  });
});

describe('through a proxy', () => {
  test('goes every call, TLS to the server itself and with the client certificate', async () => {
    const authority = await createAuthority();
    trust(authority);
    const identity = await createIdentity(authority, ['opencode.internal.corp']);
    const { port } = await startTlsServer(identity, { requestCert: true, ca: authority.certificate });
    const { asked, origin: proxy } = await startProxy();
    const client = await createIdentity(authority, ['relay']);
    const settings = { proxy, clientCertificate: async () => client };
    // Nobody here knows the name; the proxy does.
    const answer = await ask(`https://opencode.internal.corp:${port}`, settings, { resolve: unknownName, kept: true });
    expect(answer).toMatchObject({ status: 200, body: '{"client":"relay"}' });
    const plain = await ask('http://opencode.internal.corp/', { ...settings }, { resolve: unknownName });
    expect(plain).toMatchObject({ body: '{"through":"proxy"}' });
    expect(asked).toEqual([`CONNECT opencode.internal.corp:${port}`, 'GET http://opencode.internal.corp/']);
  });

  test('goes no call of a name that leads to what is refused: it is resolved before', async () => {
    const { asked, origin: proxy } = await startProxy();
    for (const address of ['127.0.0.1', '169.254.169.254', '10.0.0.7']) {
      const attempt = ask('https://hooks.example.com', { proxy }, { resolve: resolvingTo(address) });
      await expect(attempt).rejects.toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    }
    expect(asked).toEqual([]);
  });

  test('a refusal of the proxy is told apart from the server', async () => {
    const { origin: proxy } = await startProxy(false);
    await expect(ask('https://hooks.example.com', { proxy }, { resolve: unknownName })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_PROXY/),
    });
  });
});
