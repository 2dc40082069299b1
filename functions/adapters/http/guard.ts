import { lookup as systemLookup } from 'node:dns';
import { isIP, isIPv6, type LookupFunction } from 'node:net';
import { addressKind } from './addresses.ts';

/** Resolves a name to all of its addresses, as `dns.lookup` does with `all`. */
export type ResolveAll = (
  hostname: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6'; hints?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void;

export type TargetProblem = 'not_https' | 'refused_address' | 'private_range' | 'metadata_service';

/** For the author of an endpoint: what is wrong with it, behind its name. */
export const targetProblems: Record<TargetProblem, string> = {
  not_https: 'its endpoint is not https',
  refused_address: 'its address is loopback, link-local or a metadata service',
  private_range: 'its address is of a private network',
  metadata_service: 'its address is that of a metadata service',
};

/** Code of the error that a connection to a refused address ends with. */
export const addressRefused = 'ERR_ADDRESS_REFUSED';

/** Who may be reached, by the keys of the configuration of the same names. */
export interface Reach {
  /**
   * Comma-separated names or addresses, with a port where only that one is meant: they may be plain http, loopback,
   * link-local and of a private network.
   */
  privateHosts: string;
  /** Whether every address of a private network may be reached by https. */
  privateRanges: 'allowed' | 'refused';
}

export interface Guard {
  /** Why the origin may not be talked to at all, as far as that can be told without resolving its name. */
  problem(origin: URL): TargetProblem | undefined;
  /** For a socket: resolves the name and refuses its addresses in one step, so that no second answer slips in. */
  lookupFor(origin: URL): LookupFunction;
}

/** Keeps a rule's endpoint from reaching what only this function may reach. */
export function createGuard({ privateHosts, privateRanges }: Reach, resolve: ResolveAll = systemLookup): Guard {
  const exempt = privateHosts.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [exemptionOf(entry)]));
  const isExempt = (origin: URL) => exempt.some(({ host, port }) => host === hostOf(origin) && isPort(port, origin));
  const problemOf = (address: string, exempted: boolean): TargetProblem | undefined => {
    const kind = addressKind(address);
    if (kind === 'metadata') return 'metadata_service';
    if (exempted || kind === 'public') return undefined;
    if (kind === 'local') return 'refused_address';
    return privateRanges === 'allowed' ? undefined : 'private_range';
  };

  return {
    problem(origin) {
      const host = hostOf(origin);
      const exempted = isExempt(origin);
      if (isIP(host) !== 0) return problemOf(host, exempted) ?? plainProblem(origin, exempted);
      // RFC 6761: these names are loopback, whoever is asked.
      if (!exempted && /(^|\.)localhost$/.test(host)) return 'refused_address';
      return plainProblem(origin, exempted);
    },

    lookupFor: (origin) => (hostname, options, callback) => {
      const { family, hints } = options;
      const wanted = {
        all: true as const,
        ...(family !== undefined && { family }),
        ...(hints !== undefined && { hints }),
      };
      resolve(hostname, wanted, (error, addresses) => {
        if (error) return callback(error, []);
        const [first] = addresses;
        const exempted = isExempt(origin);
        if (!first || addresses.some(({ address }) => problemOf(address, exempted) !== undefined))
          return callback(Object.assign(new Error('Address refused'), { code: addressRefused }), []);
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  };
}

const plainProblem = ({ protocol }: URL, exempted: boolean): TargetProblem | undefined =>
  protocol === 'https:' || (exempted && protocol === 'http:') ? undefined : 'not_https';

const isPort = (port: string | undefined, { protocol, port: given }: URL): boolean =>
  port === undefined || port === (given || (protocol === 'https:' ? '443' : '80'));

/** `host`, `host:port`, an IPv6 address, or one in brackets with a port. */
function exemptionOf(entry: string): { host: string; port?: string } {
  const text = entry.trim();
  if (isIPv6(text)) return { host: bareHost(text) };
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { host: bareHost(host), ...(port !== undefined && { port }) };
}

const hostOf = ({ hostname }: URL): string => bareHost(hostname);

/** As `privateHosts` and URLs name the same host: without case, brackets and the root's dot. */
const bareHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
