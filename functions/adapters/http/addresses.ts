import { BlockList, isIPv6 } from 'node:net';

/**
 * `metadata`: a cloud's metadata service outside of the link-local range. `local`: loopback, link-local, multicast,
 * reserved. `private`: of a network that only some can reach, such as a VPC. `public`: all others.
 */
type AddressKind = 'metadata' | 'local' | 'private' | 'public';

type Range = [address: string, prefix: number];

const ranges: Record<Exclude<AddressKind, 'public'>, { ipv4: Range[]; ipv6: Range[] }> = {
  metadata: {
    // Alibaba, Azure, Oracle.
    ipv4: [
      ['100.100.100.200', 32],
      ['168.63.129.16', 32],
      ['192.0.0.0', 24],
    ],
    // Instance metadata and time of EC2; instance metadata of Google Cloud.
    ipv6: [
      ['fd00:ec2::', 32],
      ['fd20:ce::', 32],
    ],
  },
  local: {
    ipv4: [
      // "This network": the kernel takes 0.0.0.0 for loopback.
      ['0.0.0.0', 8],
      ['127.0.0.0', 8],
      // Link-local: instance metadata, task credentials, the Lambda runtime.
      ['169.254.0.0', 16],
      // Multicast, reserved, broadcast.
      ['224.0.0.0', 4],
      ['240.0.0.0', 4],
    ],
    ipv6: [
      ['::', 128],
      ['::1', 128],
      ['fe80::', 10],
      // Site-local, deprecated by RFC 3879.
      ['fec0::', 10],
      ['ff00::', 8],
      // Local NAT64 (RFC 8215) and Teredo: where the IPv4 address stands in them is for others to know.
      ['64:ff9b:1::', 48],
      ['2001::', 32],
    ],
  },
  private: {
    // RFC 1918, and RFC 6598: the network of a carrier, and of some overlays.
    ipv4: [
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
    ],
    // Unique local addresses, RFC 4193.
    ipv6: [['fc00::', 7]],
  },
};

/** IPv6 prefixes that end in an IPv4 address: mapped, compatible, translated (RFC 2765), NAT64 (RFC 6052). */
const embeddings = ['::ffff:', '::', '::ffff:0:', '64:ff9b::'];
const EMBEDDED_AT = 96;
/** 6to4 (RFC 3056) has it in front, behind 16 bits. */
const SIX_TO_FOUR_AT = 16;

function listOf({ ipv4, ipv6 }: { ipv4: Range[]; ipv6: Range[] }): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ipv4) {
    list.addSubnet(address, prefix, 'ipv4');
    const groups = groupsOf(address);
    for (const embedding of embeddings) list.addSubnet(`${embedding}${groups}`, EMBEDDED_AT + prefix, 'ipv6');
    list.addSubnet(`2002:${groups}::`, SIX_TO_FOUR_AT + prefix, 'ipv6');
  }
  for (const [address, prefix] of ipv6) list.addSubnet(address, prefix, 'ipv6');
  return list;
}

/** In this order: the metadata services of some clouds lie in a private range. */
const lists = [
  ['metadata', listOf(ranges.metadata)],
  ['local', listOf(ranges.local)],
  ['private', listOf(ranges.private)],
] as const;

/** What kind of place an IP address leads to, in whatever form it is written. */
export function addressKind(address: string): AddressKind {
  const [bare = ''] = address.split('%');
  const family = isIPv6(bare) ? 'ipv6' : 'ipv4';
  return lists.find(([, list]) => list.check(bare, family))?.[0] ?? 'public';
}

/** `169.254.1.2` as the two groups of an IPv6 address: `a9fe:102`. */
function groupsOf(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
