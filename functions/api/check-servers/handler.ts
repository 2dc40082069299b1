import { systemClock } from '../../adapters/clock.ts';
import { quickTimeLimits } from '../../adapters/opencode/limits.ts';
import { serverCheckInputSchema } from '../../contract/server-check.ts';
import { task } from '../../middleware/task.ts';
import { serversConnector } from '../../wiring/told-servers.ts';
import { bindingsOf, checkServers } from './check-servers.ts';

const connect = serversConnector(quickTimeLimits);

/** Called by `manage`, which may not read passwords. */
export const handler = task({
  schema: serverCheckInputSchema,
  ids: ({ servers }) => ({ servers: String(servers.length) }),
  run: (input) => checkServers({ servers: connect(bindingsOf(input)), clock: systemClock }, input),
});
