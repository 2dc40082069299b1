import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isRefusedAddress } from './addresses.ts';

/** Resolves a name to all of its addresses, as `dns.lookup` does with `all`. */
export type ResolveAll = (
  hostname: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6'; hints?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void;

export type TargetProblem = 'not_https' | 'refused_address';

/** For the author of an endpoint: what is wrong with it, behind its name. */
export const targetProblems: Record<TargetProblem, string> = {
  not_https: 'its endpoint is not https',
  refused_address: 'its address is loopback, link-local or a metadata service',
};

export const targetAdvice =
  'If that is meant, add the host to the CDK context key `privateHosts` and deploy; else correct the endpoint of the rule.';

/** Code of the error that a connection to a refused address ends with. */
export const addressRefused = 'ERR_ADDRESS_REFUSED';

export interface Guard {
  /** Why the origin may not be talked to at all, as far as that can be told without resolving its name. */
  problem(origin: URL): TargetProblem | undefined;
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
    problem({ protocol, hostname }) {
      const host = bareHost(hostname);
      if (exempt.has(host)) return undefined;
      if (protocol !== 'https:') return 'not_https';
      return isIP(host) !== 0 && isRefusedAddress(host) ? 'refused_address' : undefined;
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

/** As `privateHosts` and URLs name the same host: without case, brackets and the root's dot. */
const bareHost = (host: string): string =>
  host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
