import { createOriginBindings } from '../adapters/dynamodb/origin-bindings.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { env } from '../adapters/environment.ts';
import { privateRanges } from '../adapters/http/private-ranges.ts';
import { connectSessionServers, type Surroundings } from '../adapters/opencode/session-servers.ts';
import { connectCredentials } from '../adapters/secrets/credentials.ts';
import type { OriginBindings, SessionServers } from '../ports.ts';

type TimeLimits = Surroundings['timeLimits'];

/**
 * The OpenCode servers of the rules, with the passwords of their integrations. `timeLimits`: of who has little time.
 */
export const connectServers = (table: Table, timeLimits?: TimeLimits): SessionServers =>
  serversConnector(timeLimits)(createOriginBindings(table));

/** The same for who has no table, and is told with each call where the passwords may go. */
export function serversConnector(timeLimits?: TimeLimits): (bindings: OriginBindings) => SessionServers {
  const credentials = connectCredentials(env('secretPrefix'));
  const reach = { privateHosts: env('privateHosts'), privateRanges: privateRanges('agent') };
  return (bindings) =>
    connectSessionServers({ credentials, bindings, ...reach }, { ...(timeLimits && { timeLimits }) });
}
