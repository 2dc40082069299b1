import type { CredentialsReader, SessionServers } from '../../ports.ts';
import { keepAliveAgents } from '../http/exchange.ts';
import { createGuard, type ResolveAll } from '../http/guard.ts';
import { type Connection, createClient } from './client.ts';
import { timeLimits } from './limits.ts';
import { diffCalls } from './v1/diffs.ts';
import { sessionCalls } from './v1/sessions.ts';
import { workspaceCalls } from './v1/workspaces.ts';
import { readVersion } from './version.ts';

export interface SessionServersOptions {
  credentials: CredentialsReader;
  /** Host names that may be reached by http, on loopback or in a link-local range, comma-separated. */
  privateHosts: string;
}

/** What a test replaces, or a caller with little time. */
export interface Surroundings {
  timeLimits?: Partial<Connection['timeLimits']>;
  resolve?: ResolveAll;
}

/**
 * OpenCode 1.x servers over HTTP. The password of an integration goes to the connected origin and nowhere else. Calls of
 * one connection share a time allowance, so a connection is for one invocation of a function.
 */
export function connectSessionServers(
  { credentials, privateHosts }: SessionServersOptions,
  surroundings: Surroundings = {},
): SessionServers {
  const guard = createGuard(privateHosts, surroundings.resolve);
  const agents = keepAliveAgents();
  const limits = { ...timeLimits, ...surroundings.timeLimits };
  return {
    connect({ endpoint, integrationId }) {
      const client = createClient({ endpoint, integrationId, credentials, guard, agents, timeLimits: limits });
      return {
        version: () => readVersion(client),
        ...workspaceCalls(client),
        ...sessionCalls(client),
        ...diffCalls(client),
      };
    },
  };
}
