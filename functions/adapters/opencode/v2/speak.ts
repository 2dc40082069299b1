import type { SessionServer } from '../../../ports.ts';
import { baseRefCalls } from '../base-ref.ts';
import { checkCalls } from '../checks/calls.ts';
import type { Client } from '../client.ts';
import { diffCalls } from './diffs.ts';
import { directoryCalls } from './directories.ts';
import { sessionCalls } from './sessions.ts';
import { commandsIn } from './shell.ts';
import { worktreeCalls } from './worktrees.ts';

/**
 * OpenCode 2.x from 2.0.8 on. Written from the source of 2.0.26 and captures of 2.0.20, run against a double of both:
 * no released server was run. So each answer is read for the few fields that decide, and nothing else is expected of
 * it.
 */
export const speakV2 = (client: Client, endpoint: string): SessionServer => ({
  ...directoryCalls(client),
  ...worktreeCalls(client),
  ...sessionCalls(client, endpoint),
  ...diffCalls(client),
  ...checkCalls((directory, work) => work(commandsIn(client, directory))),
  ...baseRefCalls((directory, work) => work(commandsIn(client, directory))),
});
