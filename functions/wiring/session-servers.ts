import { env } from '../adapters/environment.ts';
import { connectSessionServers, type Surroundings } from '../adapters/opencode/session-servers.ts';
import { connectCredentials } from '../adapters/secrets/credentials.ts';
import type { SessionServers } from '../ports.ts';

/** The OpenCode servers of the rules, with the passwords of their integrations. `timeLimits`: of who has little time. */
export const connectServers = (timeLimits?: Surroundings['timeLimits']): SessionServers =>
  connectSessionServers(
    { credentials: connectCredentials(env('secretPrefix')), privateHosts: env('privateHosts') },
    { ...(timeLimits && { timeLimits }) },
  );
