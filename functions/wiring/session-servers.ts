import { createOriginBindings } from '../adapters/dynamodb/origin-bindings.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import type { SessionServers } from '../ports.ts';
import { serversConnector, type TimeLimits } from './told-servers.ts';

/** The OpenCode servers of the rules, with the passwords of their integrations. `timeLimits`: of who is in a hurry. */
export const connectServers = (table: Table, timeLimits?: TimeLimits): SessionServers =>
  serversConnector(timeLimits)(createOriginBindings(table));
