import { createHash } from 'node:crypto';
import type { Ending, PollMemory } from '../../contract/execution.ts';
import type { SessionMessage } from './session.ts';
import { elapsed, isMessage, type Observation } from './verdict-parts.ts';

/** The newest of a view, whether it is a short or a long one: whatever a session does shows in that one. */
const MESSAGES = 1;

/** What moves in a session at work: its newest message, and those of its sub-agents, by id. */
export function progressOf(observation: Observation, descendants: Record<string, SessionMessage[]>): string | null {
  // A provider that has the server wait is no stall, and of a server that does not answer nothing is known.
  if (observation.kind === 'trouble' || observation.status?.type === 'retry') return null;
  const newest = observation.messages.filter(isMessage).slice(-MESSAGES);
  const seen = [newest, ...Object.entries(descendants)].flat();
  return createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 16);
}

export interface Watched {
  memory: PollMemory;
  /** Nothing moved for as long as the rule allows. */
  ending: Ending | undefined;
}

/** Remembers since when nothing moves. */
export function watchProgress(progress: string | null, memory: PollMemory, at: string, stallMinutes: number): Watched {
  if (progress === null) return { memory: { ...memory, progress: null, progressSince: null }, ending: undefined };
  if (progress !== memory.progress || memory.progressSince === null) {
    return { memory: { ...memory, progress, progressSince: at }, ending: undefined };
  }
  const minutes = Math.floor(elapsed(memory.progressSince, at) / 60_000);
  if (minutes < stallMinutes) return { memory, ending: undefined };
  const cause =
    `Nothing moved in the session for ${minutes} minutes (stallMinutes is ${stallMinutes}): no part of an answer, no ` +
    'tool, no token. A stream of the model provider that stalls looks like this, and so does a command that does not end. ' +
    'Set chunkTimeout of the provider on the server, or raise config.config.stallMinutes of the rule.';
  return { memory, ending: { outcome: 'session_stalled', cause } };
}
