import { describe, expect, test } from 'vitest';
import { createGuard, type ResolveAll } from '../../../functions/adapters/http/guard.ts';

const resolvingTo =
  (...addresses: string[]): ResolveAll =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

const problem = (endpoint: string, privateHosts: string) => createGuard(privateHosts).problem(new URL(endpoint));

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
    expect(problem(endpoint, privateHosts)).toBeUndefined();
  });

  test.each([
    ['http://opencode.internal.corp', '', 'not_https'],
    ['http://opencode.internal.corp', 'internal.corp', 'not_https'],
    ['ftp://opencode.internal.corp', '', 'not_https'],
    ['https://127.0.0.1:4096', '', 'refused_address'],
    // Other ways to write an address come out of the URL as the address.
    ['https://2130706433', '', 'refused_address'],
    ['https://0x7f.1', '', 'refused_address'],
    ['https://0', '', 'refused_address'],
    ['https://169.254.169.254', '127.0.0.1', 'refused_address'],
    ['https://[::ffff:169.254.169.254]', '', 'refused_address'],
    ['https://[::1]', '', 'refused_address'],
  ])('%s is refused where private hosts are "%s"', (endpoint, privateHosts, expected) => {
    expect(problem(endpoint, privateHosts)).toBe(expected);
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
});
