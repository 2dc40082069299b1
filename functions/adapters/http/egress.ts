import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Agents, ExchangeError, type Terms } from './exchange.ts';
import { addressRefused, createGuard, type Guard, type Reach, type ResolveAll } from './guard.ts';

/** What servers that ask for it know their client by; both PEM. */
export interface ClientCertificate {
  certificate: string;
  key: string;
}

export interface EgressSettings extends Reach {
  /** Origin of the proxy that all calls go through; absent or empty: none. */
  proxy?: string;
  /** The current certificate. The same object again until it has changed. */
  clientCertificate?: (() => Promise<ClientCertificate>) | undefined;
}

/** The way out to addresses that others choose: what may be called, through what, and as whom. */
export interface Egress extends Pick<Guard, 'problem'> {
  /** `kept`: on a connection that may be there already. Throws ExchangeError where the address is refused. */
  routeTo(origin: URL, kept: boolean): Promise<Pick<Terms, 'lookup' | 'agents'>>;
}

/**
 * Through a proxy, the proxy resolves the name, and the guard sees no address that is connected to. The name is
 * therefore resolved before, and refused where it leads to what is refused; what only the proxy can resolve is left to
 * the proxy.
 */
export function createEgress(settings: EgressSettings, resolve?: ResolveAll): Egress {
  const { proxy = '', clientCertificate, ...reach } = settings;
  const guard = createGuard(reach, resolve);
  const agents = agentsBy(proxy);
  return {
    problem: guard.problem,
    async routeTo(origin, kept) {
      const { keptAgents, singleAgents } = agents(await clientCertificate?.());
      const chosen = kept ? keptAgents : singleAgents;
      if (proxy === '') return { lookup: guard.lookupFor(origin), agents: chosen };
      await requireAllowed(guard, origin);
      return { lookup: undefined, agents: chosen };
    },
  };
}

interface AgentPair {
  keptAgents: Agents;
  /** Undefined: Node's own way, a connection for a request alone. */
  singleAgents: Agents | undefined;
}

/** New ones for a new certificate, since a connection that is kept has been made with the old one. */
function agentsBy(proxy: string): (identity: ClientCertificate | undefined) => AgentPair {
  let current: { identity: ClientCertificate | undefined; pair: AgentPair } | undefined;
  const create = (keepAlive: boolean, identity: ClientCertificate | undefined): Agents => {
    const options = { keepAlive, ...(proxy !== '' && { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }) };
    const tls = identity && { cert: identity.certificate, key: identity.key };
    return { 'http:': new HttpAgent(options), 'https:': new HttpsAgent({ ...options, ...tls }) };
  };
  return (identity) => {
    if (current && current.identity === identity) return current.pair;
    const singleAgents = proxy === '' && !identity ? undefined : create(false, identity);
    current = { identity, pair: { keptAgents: create(true, identity), singleAgents } };
    return current.pair;
  };
}

function requireAllowed(guard: Guard, origin: URL): Promise<void> {
  const hostname = origin.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    guard.lookupFor(origin)(hostname, { all: true }, (error) => {
      if (error && 'code' in error && error.code === addressRefused) reject(new ExchangeError(addressRefused));
      else resolve();
    });
  });
}
