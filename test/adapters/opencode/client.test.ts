import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { timeLimits } from '../../../functions/adapters/opencode/limits.ts';
import {
  alice,
  answer,
  connect,
  failureOf,
  type Routes,
  serverError,
  shown,
  startStub,
  stopTime,
} from './stub-server.ts';

const basic = ({ username, password } = alice) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

describe('credentials', () => {
  test('are sent as UTF-8 Basic auth', async () => {
    const stub = await startStub({ 'GET /experimental/worktree': [] });
    await connect(stub.url).listWorktrees('/srv/a b');
    expect(stub.seen).toMatchObject([{ authorization: basic(), query: { directory: '/srv/a b' } }]);
  });

  test('are read afresh after a 401, and the call is made once more', async () => {
    const rotated = { username: 'alice', password: 'rotated' };
    const stub = await startStub({
      'GET /experimental/worktree': (response, { authorization }) =>
        authorization === basic(rotated) ? answer(response, 200, ['/w']) : answer(response, 401),
    });
    const server = connect(stub.url, { read: (fresh) => (fresh ? rotated : alice) });
    expect(await server.listWorktrees('/srv')).toEqual(['/w']);
    expect(stub.seen).toHaveLength(2);
  });

  test('that the server does not have yet are passed by: the ones before are good for as long, and nothing is read anew', async () => {
    const next = { ...alice, password: 'next' };
    const stub = await startStub({
      'GET /experimental/worktree': (response, { authorization }) =>
        authorization === basic(alice) ? answer(response, 200, ['/w']) : answer(response, 401),
    });
    const reads: boolean[] = [];
    const read = (fresh: boolean) => {
      reads.push(fresh);
      return { ...next, origins: [stub.url], previous: { ...alice, origins: [stub.url] } };
    };
    expect(await connect(stub.url, { read }).listWorktrees('/srv')).toEqual(['/w']);
    expect(stub.seen.map(({ authorization }) => authorization)).toEqual([basic(next), basic(alice)]);
    expect(reads).toEqual([false]);
  });

  test('that are refused twice are named, without the password', async () => {
    const stub = await startStub({ 'GET /experimental/worktree': (response) => answer(response, 401) });
    const error = await failureOf(connect(stub.url).listWorktrees('/srv'));
    expect(error).toMatchObject({
      name: 'CredentialsRejected',
      message: expect.stringMatching(/integration int_1.*username.*apiKey/),
    });
    expect(stub.seen).toHaveLength(2);
    expect(shown(error)).not.toContain(alice.password);
  });
});

describe('a refusal', () => {
  const html = '<html>the secret is hunter2</html>';
  const cases: [what: string, respond: NonNullable<Routes[string]>, name: string, message: RegExp][] = [
    ['404 of a session', serverError(404, 'NotFoundError'), 'SessionLost', /deleted/],
    ['404 of a web server', (r) => answer(r, 404, html, 'text/html'), 'ServerUnsupported', /404.*endpoint/],
    ['405', (r) => answer(r, 405), 'ServerUnsupported', /another major version/],
    ['400', serverError(400, 'BadRequest'), 'ServerUnsupported', /400 BadRequest/],
    ['400 for its configuration', serverError(400, 'ConfigInvalidError'), 'WorkspaceFailed', /configuration.*log/],
    ['403 of a gateway', (r) => answer(r, 403, html, 'text/html'), 'ServerUnsupported', /403/],
    ['429 of a gateway', (r) => answer(r, 429), 'ServerUnreachable', /429/],
    ['500', serverError(500, 'UnknownError'), 'ServerUnreachable', /127\.0\.0\.1:\d+ answered .* 500 UnknownError/],
    ['502 of a gateway', (r) => answer(r, 502, html, 'text/html'), 'ServerUnreachable', /502/],
    ['an endless 503', (r) => void r.writeHead(503).write('x'.repeat(64 * 1024)), 'ServerUnreachable', /503/],
    ['a web page', (r) => answer(r, 200, html, 'text/html'), 'ServerUnsupported', /text\/html instead of JSON/],
    ['no content', (r) => answer(r, 204), 'ServerUnsupported', /no known type/],
    ['broken JSON', (r) => answer(r, 200, '{"secret":"hunter2"'), 'ServerUnsupported', /not the JSON/],
    ['other JSON', { secret: 'hunter2' }, 'ServerUnsupported', /GET \/session\/ses_1 is not one of OpenCode \(id:/],
  ];
  test.each(cases)('%s', async (_, respond, name, message) => {
    const stub = await startStub({ 'GET /session/ses_1': respond });
    const error = await failureOf(connect(stub.url).session('ses_1'));
    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
    expect(shown(error)).not.toContain('hunter2');
    // What may have passed by then is tried again.
    expect(stub.seen).toHaveLength(name === 'ServerUnreachable' ? 4 : 1);
  });

  test.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const elsewhere = await startStub({ 'GET /session/ses_1': {} });
    const stub = await startStub({
      'GET /session/ses_1': (response) =>
        answer(response, status, '', 'text/plain', { location: `${elsewhere.url}/session/ses_1` }),
    });
    expect(await failureOf(connect(stub.url).session('ses_1'))).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringMatching(/redirect.*endpoint/),
    });
    expect(elsewhere.seen).toEqual([]);
  });
});

describe('trouble that passes', () => {
  const failing = (times: number, fail: (response: ServerResponse) => void, then: object): Routes => {
    let failures = 0;
    const respond = (response: ServerResponse) => {
      failures += 1;
      if (failures <= times) fail(response);
      else answer(response, 200, then);
    };
    return { 'GET /experimental/worktree': respond, 'POST /experimental/worktree': respond };
  };
  const ways: [what: string, fail: (response: ServerResponse) => void][] = [
    ['a gateway that answers 502', (response) => answer(response, 502, '<html>', 'text/html')],
    ['a connection that breaks off', (response) => void response.destroy()],
    ['a limiter that answers 429', (response) => answer(response, 429)],
  ];
  test.each(ways)('of %s is met with by the call itself, three times', async (_, fail) => {
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const stub = await startStub(failing(3, fail, ['/w']));
    expect(await connect(stub.url, { pause }).listWorktrees('/srv')).toEqual(['/w']);
    expect(pauses).toEqual([250, 750, 2_000]);
    const dead = await startStub(failing(4, fail, ['/w']));
    expect(await failureOf(connect(dead.url, { pause }).listWorktrees('/srv'))).toMatchObject({
      name: 'ServerUnreachable',
    });
  });

  test.each(ways)('of %s is not, where a call must not be repeated', async (_, fail) => {
    const stub = await startStub(failing(1, fail, { directory: '/w' }));
    expect(await failureOf(connect(stub.url).createWorktree('/srv', 'relay-1'))).toMatchObject({
      name: 'ServerUnreachable',
    });
    expect(stub.seen).toHaveLength(1);
  });

  test('has no more tries than its call has time', async () => {
    stopTime();
    const stub = await startStub(failing(9, (response) => answer(response, 503), []));
    await failureOf(connect(stub.url, { timeLimits: { read: 500 } }).listWorktrees('/srv'));
    expect(stub.seen).toHaveLength(2);
  });
});

describe('no answer', () => {
  test('for a port that nobody listens on', async () => {
    const error = await failureOf(connect('http://127.0.0.1:9').session('ses_1'));
    expect(error).toMatchObject({
      name: 'ServerUnreachable',
      message: 'The server 127.0.0.1:9 cannot be reached: the connection was refused (ECONNREFUSED).',
      cause: { name: 'ExchangeError', code: 'ECONNREFUSED' },
    });
  });

  test('for a name that does not exist', async () => {
    const server = connect('https://nowhere.test', {
      resolve: (_hostname, _options, callback) =>
        callback(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), []),
    });
    expect(await failureOf(server.session('ses_1'))).toMatchObject({
      name: 'ServerUnreachable',
      message: 'The server nowhere.test cannot be reached: its name is unknown (ENOTFOUND).',
    });
  });

  test.each([
    ['https to a server without TLS', 'https:', /TLS as expected/],
    ['a server that speaks something else', 'http:', /not HTTP/],
  ])('from %s', async (_, protocol, message) => {
    const port = await rawServer('220 hunter2 ready\r\n');
    const error = await failureOf(connect(`${protocol}//127.0.0.1:${port}`).session('ses_1'));
    expect(error).toMatchObject({ name: 'ServerUnreachable', message: expect.stringMatching(message) });
    expect(shown(error)).not.toContain('hunter2');
  });

  test('within its time', async () => {
    const time = stopTime();
    const stub = await startStub({ 'GET /session/ses_1': () => time.pass(timeLimits.read) });
    expect(await failureOf(connect(stub.url).session('ses_1'))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringMatching(/took the connection, and did not answer GET \/session\/ses_1 within 35 s/),
    });
  });

  test('to its end within its time', async () => {
    const time = stopTime();
    const stub = await startStub({
      'GET /session/ses_1': (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{', () => time.pass(timeLimits.read));
      },
    });
    expect(await failureOf(connect(stub.url).session('ses_1'))).toMatchObject({
      name: 'ServerUnreachable',
    });
  });

  test('to its end, because the connection breaks off', async () => {
    const stub = await startStub({
      'GET /session/ses_1': (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{', () => response.destroy());
      },
    });
    expect(await failureOf(connect(stub.url).session('ses_1'))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringContaining('ECONNRESET'),
    });
  });

  test('to a call for which a connection has no time left', async () => {
    const time = stopTime();
    const stub = await startStub({
      'GET /session/ses_1': () => time.pass(timeLimits.connection),
      'GET /experimental/worktree': [],
    });
    const server = connect(stub.url);
    await failureOf(server.session('ses_1'));
    expect(await failureOf(server.listWorktrees('/srv'))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringContaining('too slow'),
    });
    expect(stub.calls()).toEqual(['GET /session/ses_1']);
  });
});

async function rawServer(greeting: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(greeting));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise((done) => server.close(() => done())));
  return z.object({ port: z.int() }).parse(server.address()).port;
}
