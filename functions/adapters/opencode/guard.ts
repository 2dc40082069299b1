import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { TaskError } from '../../domain/errors.ts';
import { isRefusedAddress } from './addresses.ts';

/** Resolves a name to all of its addresses, as `dns.lookup` does with `all`. */
export type ResolveAll = (
  hostname: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6'; hints?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void;

/** Code of the error that a connection to a refused address ends with. */
export const addressRefused = 'ERR_ADDRESS_REFUSED';

export interface Guard {
  /** Throws ServerUnreachable unless the origin may be talked to at all. */
  check(origin: URL): void;
  /** For the socket: resolves the name and refuses its addresses in one step, so that no second answer slips in. */
  lookup: LookupFunction;
}

/**
 * Keeps a rule's endpoint from reaching what only this function may reach. `privateHosts` are comma-separated names or
 * addresses that are exempt: they may be plain http, loopback and link-local.
 */
export function createGuard(privateHosts: string, resolve: ResolveAll = systemLookup): Guard {
  const exempt = new Set(privateHosts.split(',').map(bareHost));
  return {
    check({ protocol, hostname, host }) {
      if (exempt.has(bareHost(hostname))) return;
      if (protocol !== 'https:') {
        throw new TaskError(
          'ServerUnreachable',
          `The server ${host} is not called: its endpoint is not https. ${advice}`,
        );
      }
      const address = bareHost(hostname);
      if (isIP(address) !== 0 && isRefusedAddress(address)) throw refusedTarget(host);
    },

    lookup(hostname, options, callback) {
      const { family, hints } = options;
      const wanted = {
        all: true as const,
        ...(family !== undefined && { family }),
        ...(hints !== undefined && { hints }),
      };
      resolve(hostname, wanted, (error, addresses) => {
        if (error) return callback(error, []);
        const [first] = addresses;
        const isOpen = exempt.has(bareHost(hostname)) || !addresses.some(({ address }) => isRefusedAddress(address));
        if (!first || !isOpen)
          return callback(Object.assign(new Error('Address refused'), { code: addressRefused }), []);
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  };
}

const advice =
  'If that is meant, add the host to the CDK context key `privateHosts` and deploy; else correct the endpoint of the rule.';

export const refusedTarget = (host: string, cause?: unknown): TaskError =>
  new TaskError(
    'ServerUnreachable',
    `The server ${host} is not called: its address is loopback, link-local or a metadata service. ${advice}`,
    { cause },
  );

/** As `privateHosts` and URLs name the same host: without case, brackets and the root's dot. */
const bareHost = (host: string): string =>
  host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
