import { describe, expect, test } from 'vitest';
import { isRefusedAddress } from '../../../functions/adapters/http/addresses.ts';

describe('addresses', () => {
  const refused: [what: string, ...addresses: string[]][] = [
    ['loopback', '127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1'],
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    ['link-local', '169.254.0.1', '169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['cloud metadata', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', '192.0.0.192'],
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
