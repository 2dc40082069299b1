import { BlockList, isIPv6 } from 'node:net';

/** IPv4 ranges that nothing we call has a business in. RFC 1918 is not among them: what is in a VPC lives there. */
const refusedIPv4: [address: string, prefix: number][] = [
  // "This network": the kernel takes 0.0.0.0 for loopback.
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  // Link-local: instance metadata, task credentials, the Lambda runtime.
  ['169.254.0.0', 16],
  // Metadata services outside the link-local range: Alibaba, Azure, Oracle.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const refusedIPv6: [address: string, prefix: number][] = [
  ['::', 128],
  ['::1', 128],
  ['fe80::', 10],
  // Site-local, deprecated by RFC 3879.
  ['fec0::', 10],
  ['ff00::', 8],
  // Instance metadata and time of EC2.
  ['fd00:ec2::', 32],
  // Local NAT64 (RFC 8215) and Teredo: where the IPv4 address stands in them is for others to know.
  ['64:ff9b:1::', 48],
  ['2001::', 32],
];

/** IPv6 prefixes that end in an IPv4 address: mapped, compatible, translated (RFC 2765), NAT64 (RFC 6052). */
const embeddings = ['::ffff:', '::', '::ffff:0:', '64:ff9b::'];
const EMBEDDED_AT = 96;
/** 6to4 (RFC 3056) has it in front, behind 16 bits. */
const SIX_TO_FOUR_AT = 16;

const refused = new BlockList();
for (const [address, prefix] of refusedIPv4) {
  refused.addSubnet(address, prefix, 'ipv4');
  const groups = groupsOf(address);
  for (const embedding of embeddings) refused.addSubnet(`${embedding}${groups}`, EMBEDDED_AT + prefix, 'ipv6');
  refused.addSubnet(`2002:${groups}::`, SIX_TO_FOUR_AT + prefix, 'ipv6');
}
for (const [address, prefix] of refusedIPv6) refused.addSubnet(address, prefix, 'ipv6');

/** True for an IP address that is loopback, link-local, unspecified, multicast or a cloud's metadata service. */
export function isRefusedAddress(address: string): boolean {
  const [bare = ''] = address.split('%');
  return refused.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}

/** `169.254.1.2` as the two groups of an IPv6 address: `a9fe:102`. */
function groupsOf(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
