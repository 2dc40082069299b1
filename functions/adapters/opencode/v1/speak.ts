import type { SessionServer } from '../../../ports.ts';
import { baseRefCalls } from '../base-ref.ts';
import { checkCalls } from '../checks/calls.ts';
import type { Client } from '../client.ts';
import { diffCalls } from './diffs.ts';
import { sessionCalls } from './sessions.ts';
import { withShell } from './shell.ts';
import { workspaceCalls } from './workspaces.ts';

/** OpenCode 1.x: measured on 1.18, see the tests with the real server. */
export const speakV1 = (client: Client): SessionServer => ({
  ...workspaceCalls(client),
  ...sessionCalls(client),
  ...diffCalls(client),
  ...checkCalls((directory, work) => withShell(client, directory, work)),
  ...baseRefCalls((directory, work) => withShell(client, directory, work)),
});
