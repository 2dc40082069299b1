import { describe, expect, test } from 'vitest';
import { createGuard, type ResolveAll } from '../../../functions/adapters/opencode/guard.ts';
import { connect, failureOf, startStub } from './stub-server.ts';

const resolvingTo =
  (...addresses: string[]): ResolveAll =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

const refusal = (endpoint: string, privateHosts: string): string | null => {
  try {
    createGuard(privateHosts).check(new URL(endpoint));
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : 'not an error';
  }
};

describe('an endpoint', () => {
  test.each([
    ['https://opencode.internal.corp:4096', ''],
    ['https://10.0.0.7', ''],
    ['https://[fd12::1]:4096', ''],
    ['http://opencode.internal.corp', 'a.corp, OpenCode.Internal.Corp.'],
    ['http://opencode.internal.corp.', 'opencode.internal.corp'],
    ['http://127.0.0.1:4096', '127.0.0.1'],
    ['http://[::1]:4096', '::1'],
    ['http://[::1]:4096', '[::1]'],
    ['https://169.254.169.254', '169.254.169.254'],
  ])('%s is called where private hosts are "%s"', (endpoint, privateHosts) => {
    expect(refusal(endpoint, privateHosts)).toBeNull();
  });

  test.each([
    ['http://opencode.internal.corp', '', /not https.*`privateHosts`/],
    ['http://opencode.internal.corp', 'internal.corp', /not https/],
    ['ftp://opencode.internal.corp', '', /not https/],
    ['https://127.0.0.1:4096', '', /loopback.*`privateHosts`/],
    // Other ways to write an address come out of the URL as the address.
    ['https://2130706433', '', /loopback/],
    ['https://0x7f.1', '', /loopback/],
    ['https://0', '', /loopback/],
    ['https://169.254.169.254', '127.0.0.1', /metadata/],
    ['https://[::ffff:169.254.169.254]', '', /metadata/],
    ['https://[::1]', '', /loopback/],
  ])('%s is refused where private hosts are "%s"', (endpoint, privateHosts, message) => {
    expect(refusal(endpoint, privateHosts)).toMatch(/^ServerUnreachable: /);
    expect(refusal(endpoint, privateHosts)).toMatch(message);
  });
});

describe('the look-up of a connection', () => {
  const look = (hostname: string, resolve: ResolveAll, all: boolean, privateHosts = '') =>
    new Promise((done) => {
      const callback = (error: Error | null, ...answer: unknown[]) => done(error ?? answer);
      createGuard(privateHosts, resolve).lookup(hostname, { all }, callback);
    });

  test('gives one address or all, as it is asked', async () => {
    const resolve = resolvingTo('10.0.0.7', '10.0.0.8');
    expect(await look('a.corp', resolve, false)).toEqual(['10.0.0.7', 4]);
    expect(await look('a.corp', resolve, true)).toEqual([
      [
        { address: '10.0.0.7', family: 4 },
        { address: '10.0.0.8', family: 4 },
      ],
    ]);
  });

  test.each([true, false])('refuses a name with a refused address among others (all: %s)', async (all) => {
    expect(await look('a.corp', resolvingTo('10.0.0.7', '169.254.169.254'), all)).toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
    });
  });

  test('refuses a name without addresses', async () => {
    expect(await look('a.corp', resolvingTo(), true)).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
  });

  test('lets a private host through', async () => {
    expect(await look('A.corp', resolvingTo('::1'), false, 'a.corp')).toEqual(['::1', 6]);
  });

  test('hands on why a name was not resolved', async () => {
    const failing: ResolveAll = (_hostname, _options, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    expect(await look('a.corp', failing, true)).toMatchObject({ code: 'ENOTFOUND' });
  });

  test('keeps a name that points to loopback from being connected to', async () => {
    const { url, seen } = await startStub({});
    const { port } = new URL(url);
    const server = connect(`https://rebound.test:${port}`, { privateHosts: '', resolve: resolvingTo('127.0.0.1') });
    expect(await failureOf(server.session('ses_1'))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringMatching(/loopback.*`privateHosts`/),
    });
    expect(seen).toEqual([]);
  });

  test('connects to a private host by its name', async () => {
    const { url } = await startStub({ 'GET /experimental/worktree': ['/w'] });
    const { port } = new URL(url);
    const surroundings = { privateHosts: 'rebound.test', resolve: resolvingTo('127.0.0.1') };
    expect(await connect(`http://rebound.test:${port}`, surroundings).listWorktrees('/srv')).toEqual(['/w']);
  });
});
