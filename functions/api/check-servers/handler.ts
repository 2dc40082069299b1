import { systemClock } from '../../adapters/clock.ts';
import { env } from '../../adapters/environment.ts';
import { quickTimeLimits } from '../../adapters/opencode/limits.ts';
import { connectSessionServers } from '../../adapters/opencode/session-servers.ts';
import { connectCredentials } from '../../adapters/secrets/credentials.ts';
import { serverCheckInputSchema } from '../../contract/server-check.ts';
import { task } from '../../middleware/task.ts';
import { checkServers } from './check-servers.ts';

const options = { credentials: connectCredentials(env('secretPrefix')), privateHosts: env('privateHosts') };
const deps = {
  servers: connectSessionServers(options, { timeLimits: quickTimeLimits }),
  clock: systemClock,
};

/** Called by `manage`, which may not read passwords. */
export const handler = task({
  schema: serverCheckInputSchema,
  ids: ({ servers }) => ({ servers: String(servers.length) }),
  run: (input) => checkServers(deps, input),
});
