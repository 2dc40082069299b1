import { describe, expect, test } from 'vitest';
import { createGuard, type Reach, type ResolveAll } from '../../../functions/adapters/http/guard.ts';

const resolvingTo =
  (...addresses: string[]): ResolveAll =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

type Ranges = Reach['privateRanges'];
const problem = (endpoint: string, privateHosts: string, privateRanges: Ranges = 'allowed') =>
  createGuard({ privateHosts, privateRanges }).problem(new URL(endpoint));

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
    ['http://opencode.internal.corp:4096', 'opencode.internal.corp:4096'],
    ['http://opencode.internal.corp', 'opencode.internal.corp:80'],
    ['https://127.0.0.1', '127.0.0.1:443'],
    ['http://[::1]:4096', '[::1]:4096'],
    ['http://[fd12::1]:4096', 'fd12::1'],
    ['http://localhost:4096', 'localhost'],
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
    ['https://localhost', '', 'refused_address'],
    ['https://LocalHost.:8443', '', 'refused_address'],
    ['https://agent.localhost', '', 'refused_address'],
    ['http://opencode.internal.corp:8080', 'opencode.internal.corp:4096', 'not_https'],
    ['https://127.0.0.1:8443', '127.0.0.1:443', 'refused_address'],
    ['http://[::1]:8080', '[::1]:4096', 'refused_address'],
    ['https://[fd20:ce::254]', '', 'metadata_service'],
    ['https://[fd20:ce::254]', 'fd20:ce::254', 'metadata_service'],
    ['ftp://opencode.internal.corp', 'opencode.internal.corp', 'not_https'],
  ])('%s is refused where private hosts are "%s"', (endpoint, privateHosts, expected) => {
    expect(problem(endpoint, privateHosts)).toBe(expected);
  });
});

describe('an address of a private network', () => {
  const written = [
    'https://10.0.0.7',
    'https://172.31.0.1:8443',
    'https://192.168.1.1',
    'https://100.64.0.1',
    'https://167772167',
    'https://0xa.7',
    'https://[fd12::1]',
    'https://[::ffff:10.0.0.7]',
    'https://[64:ff9b::a00:7]',
    'https://[2002:a00:7::]',
  ];
  test.each(written)('%s is called only where that is allowed', (endpoint) => {
    expect(problem(endpoint, '', 'allowed')).toBeUndefined();
    expect(problem(endpoint, '', 'refused')).toBe('private_range');
    expect(problem(endpoint, new URL(endpoint).hostname, 'refused')).toBeUndefined();
  });
});

describe('the look-up of a connection', () => {
  const look = (
    hostname: string,
    resolve: ResolveAll,
    all: boolean,
    privateHosts = '',
    privateRanges: Ranges = 'allowed',
  ) =>
    new Promise((done) => {
      const callback = (error: Error | null, ...answer: unknown[]) => done(error ?? answer);
      createGuard({ privateHosts, privateRanges }, resolve).lookupFor(new URL(`https://${hostname}:4096`))(
        hostname,
        { all },
        callback,
      );
    });

  test('refuses a name with a private address where that is not allowed, unless it is a private host', async () => {
    const resolve = resolvingTo('93.184.216.34', '10.0.0.8');
    expect(await look('a.corp', resolve, false, '', 'refused')).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(await look('a.corp', resolve, false, 'a.corp:443', 'refused')).toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
    });
    expect(await look('a.corp', resolve, false, 'a.corp:4096', 'refused')).toEqual(['93.184.216.34', 4]);
  });

  test('refuses a metadata service by whatever name', async () => {
    expect(await look('a.corp', resolvingTo('fd20:ce::254'), true, 'a.corp')).toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
    });
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
