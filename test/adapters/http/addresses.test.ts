import { describe, expect, test } from 'vitest';
import { addressKind } from '../../../functions/adapters/http/addresses.ts';

/** Refused whoever calls; what of a private network is is another matter. */
const isRefusedAddress = (address: string) => ['local', 'metadata'].includes(addressKind(address));

describe('addresses', () => {
  const refused: [what: string, ...addresses: string[]][] = [
    ['loopback', '127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1'],
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    ['link-local', '169.254.0.1', '169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['cloud metadata', 'fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '168.63.129.16', '192.0.0.192'],
    ['multicast, reserved, broadcast', '224.0.0.1', '240.0.0.1', '255.255.255.255', 'ff02::1', 'fec0::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::FFFF:0.0.0.0'],
    ['IPv4-compatible', '::127.0.0.1', '::a9fe:a9fe'],
    ['IPv4-translated', '::ffff:0:127.0.0.1', '::ffff:0:a9fe:a9fe'],
    ['NAT64', '64:ff9b::169.254.169.254', '64:ff9b::7f00:1', '64:ff9b:1::a00:1'],
    ['6to4 and Teredo', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:4136:e378::1'],
  ];
  test.each(refused)('%s: refused', (_, ...addresses) => {
    expect(addresses.filter((address) => !isRefusedAddress(address))).toEqual([]);
  });

  const taken: [what: string, ...addresses: string[]][] = [
    ['public', '93.184.216.34', '1.0.0.0', '126.255.255.255', '128.0.0.1', '2606:2800:220:1::1', '2001:db8::1'],
    ['a private network', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd12:3456::1'],
    ['beside a refused range', '169.253.255.255', '169.255.0.0', '100.100.100.201', 'fd00:ec3::254', '::2:0:0'],
    ['a private network in another form', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::1'],
  ];
  test.each(taken)('%s: taken', (_, ...addresses) => {
    expect(addresses.filter(isRefusedAddress)).toEqual([]);
  });
});

/** Each refused range by its first and its last address, and the addresses right before and after it that are taken. */
const edges: [range: string, before: string | undefined, first: string, last: string, after: string | undefined][] = [
  ['0.0.0.0/8', undefined, '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['127.0.0.0/8', '126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['169.254.0.0/16', '169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['100.100.100.200/32', '100.100.100.199', '100.100.100.200', '100.100.100.200', '100.100.100.201'],
  ['168.63.129.16/32', '168.63.129.15', '168.63.129.16', '168.63.129.16', '168.63.129.17'],
  ['192.0.0.0/24', '191.255.255.255', '192.0.0.0', '192.0.0.255', '192.0.1.0'],
  ['224.0.0.0/4 and 240.0.0.0/4', '223.255.255.255', '224.0.0.0', '255.255.255.255', undefined],
  ['240.0.0.0/4', undefined, '240.0.0.0', '239.255.255.255', undefined],
];
const wide: typeof edges = [
  ['::/128 and ::1/128', undefined, '::', '::1', undefined],
  [
    'fe80::/10',
    'fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fe80::',
    'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    undefined,
  ],
  ['fec0::/10 and ff00::/8', undefined, 'fec0::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined],
  ['fec0::/10', undefined, 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ff00::', undefined],
  [
    'fd00:ec2::/32',
    'fd00:ec1:ffff:ffff:ffff:ffff:ffff:ffff',
    'fd00:ec2::',
    'fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff',
    'fd00:ec3::',
  ],
  [
    '64:ff9b:1::/48',
    '64:ff9b:0:ffff:ffff:ffff:ffff:ffff',
    '64:ff9b:1::',
    '64:ff9b:1:ffff:ffff:ffff:ffff:ffff',
    '64:ff9b:2::',
  ],
  [
    '2001::/32',
    '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001::',
    '2001:0:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:1::',
  ],
];
const hexOf = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};
/** Every form of an IPv6 address that an IPv4 address stands in. */
const forms: [form: string, of: (address: string) => string][] = [
  ['itself', (address) => address],
  ['mapped', (address) => `::ffff:${hexOf(address)}`],
  ['translated', (address) => `::ffff:0:${hexOf(address)}`],
  ['NAT64', (address) => `64:ff9b::${hexOf(address)}`],
  ['6to4, its first', (address) => `2002:${hexOf(address)}::`],
  ['6to4, its last', (address) => `2002:${hexOf(address)}:ffff:ffff:ffff:ffff:ffff`],
];

describe.each(forms)('the edges of each range, %s', (_, of) => {
  test.each(edges)('%s', (_range, before, first, last, after) => {
    expect([first, last].map(of).map(isRefusedAddress)).toEqual([true, true]);
    const beside = [before, after].flatMap((address) => address ?? []).map(of);
    expect(beside.filter(isRefusedAddress)).toEqual([]);
  });
});

test.each(wide)('the edges of %s', (_range, before, first, last, after) => {
  expect([first, last].map(isRefusedAddress)).toEqual([true, true]);
  expect([before, after].flatMap((address) => address ?? []).filter(isRefusedAddress)).toEqual([]);
});

test('an address in IPv4-compatible form is refused like the address', () => {
  expect(['::7f00:1', '::a9fe:a9fe', '::e000:1'].filter((address) => !isRefusedAddress(address))).toEqual([]);
  expect(['::5db8:d822', '::a00:1'].filter(isRefusedAddress)).toEqual([]);
});

describe('a private network', () => {
  const ranges: typeof edges = [
    ['10.0.0.0/8', '9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
    ['172.16.0.0/12', '172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
    ['192.168.0.0/16', '192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
    ['100.64.0.0/10', '100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ];

  test.each(forms.flatMap(([form, of]) => ranges.map((range) => [range[0], form, of, range] as const)))(
    'is told by its edges: %s, %s',
    (_range, _form, of, [, before, first, last, after]) => {
      expect([first, last].map(of).map(addressKind)).toEqual(['private', 'private']);
      expect(
        [before, after]
          .flatMap((address) => address ?? [])
          .map(of)
          .map(addressKind),
      ).toEqual(['public', 'public']);
    },
  );

  test('of IPv6 is fc00::/7, but for the metadata services in it', () => {
    expect(['fc00::', 'fd12:3456::1', 'fdff::1', 'fd20:cd::254'].map(addressKind)).toEqual(Array(4).fill('private'));
    expect(['fd20:ce::254', 'fd00:ec2::254', '::ffff:100.100.100.200'].map(addressKind)).toEqual(
      Array(3).fill('metadata'),
    );
    expect(['fbff::1', 'fe00::1'].map(addressKind)).toEqual(['public', 'public']);
  });
});
