import { env } from '../adapters/environment.ts';
import { connectSessionServers, type Surroundings } from '../adapters/opencode/session-servers.ts';
import { connectCredentials } from '../adapters/secrets/credentials.ts';
import type { CredentialsReader, OriginBindings, SessionServers } from '../ports.ts';
import { egressSettings } from './egress.ts';

export type TimeLimits = Surroundings['timeLimits'];

/** Passwords of the integrations, for who looks for them in what an agent has produced. */
export const connectPasswords = (): CredentialsReader => connectCredentials(env('secretPrefix'));

/** OpenCode servers for who has no table, and is told with each call where the passwords may go. */
export function serversConnector(timeLimits?: TimeLimits): (bindings: OriginBindings) => SessionServers {
  const credentials = connectPasswords();
  const settings = egressSettings('agent');
  return (bindings) =>
    connectSessionServers({ credentials, bindings, ...settings }, { ...(timeLimits && { timeLimits }) });
}
