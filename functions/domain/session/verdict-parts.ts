/** What the verdicts of both dialects are made of. */
import type { Dialect, Ending, PollMemory, PollResult } from '../../contract/execution.ts';
import { limits } from '../../contract/limits.ts';
import type { TaskError } from '../task/errors.ts';
import { cut } from '../text/cut.ts';
import type { PendingRequest, SessionEntry, SessionMessage, SessionStatus } from './session.ts';

/**
 * What one poll saw. The status is read before the messages: a run that ends in between is then seen by the next poll.
 */
export interface Seen {
  kind: 'seen';
  status: SessionStatus;
  /** Sub-agents, at any depth, that the server works on. */
  descendants: string[];
  /** Newest last. Of a session at work only what the look asked for. */
  messages: SessionEntry[];
  /** Where they were counted. */
  counted: PollMemory['counted'];
  /** Requests of the session and of its sub-agents. */
  pending: PendingRequest[];
  /**
   * Where our message is: with the agent, accepted and not yet with it, or not there. Of use where nothing is at work.
   */
  prompt: 'delivered' | 'waiting' | 'missing';
}

/** What a look wants to know of a session at work; of one that is not, the messages that tell why are read. */
export interface Look {
  /** So many of its newest messages. */
  newest: number;
  /** How many model calls the run has made, those up to a message being `counted` already. */
  counts: boolean;
  counted: PollMemory['counted'];
}

export type Observation = Seen | { kind: 'trouble'; error: TaskError };

export interface ModelTurn {
  dialect: Dialect;
  /** Of our prompt. */
  messageId: string;
  /** When this poll takes place, ISO 8601. */
  at: string;
  /** When the last poll takes place, ISO 8601. */
  lastPollAt: string;
}

export interface SessionVerdict {
  result: PollResult;
  /** Send the identical prompt once more. */
  resend: boolean;
}

/** What the dialects tell apart: which messages belong to our run, and what one means that is not at work. */
export interface DialectRules {
  ours(messages: SessionEntry[], messageId: string): SessionEntry[];
  judgeIdle(ours: SessionEntry[], seen: Seen, memory: PollMemory, turn: ModelTurn): SessionVerdict;
}

/** An error is stored up to 0.4 s after the status is gone. 15 s is ample, also on a loaded server. */
export const STARTED_GRACE_MS = 15_000;
/** A cold directory on a loaded server can take most of a minute to its first answer, and so can a restart. */
export const UNSTARTED_GRACE_MS = 60_000;

export const isMessage = (entry: SessionEntry): entry is SessionMessage =>
  entry.role === 'user' || entry.role === 'assistant';

export const running = (activity: string, memory: PollMemory): SessionVerdict => ({
  result: { state: 'running', activity: cut(activity, limits.causeCharacters), active: true, ending: null, memory },
  resend: false,
});

export const ended = ({ outcome, cause }: Ending, memory: PollMemory, active: boolean): SessionVerdict => ({
  result: {
    state: 'ended',
    activity: outcome,
    active,
    ending: { outcome, cause: cut(cause, limits.causeCharacters) },
    memory,
  },
  resend: false,
});

export const completed = (memory: PollMemory): SessionVerdict =>
  ended({ outcome: 'completed', cause: 'The agent finished.' }, memory, false);

export const unsuspected = (memory: PollMemory): PollMemory => ({ ...memory, suspectSince: null });

export const elapsed = (since: string, at: string): number => Date.parse(at) - Date.parse(since);

interface Suspicion {
  what: string;
  graceMs: number;
  /** False where the prompt would start something else than the run that was lost. */
  maySendAgain: boolean;
  /** Cause of `session_lost`, or of another outcome, once the grace is over. */
  lost: string;
  outcome?: Ending['outcome'];
}

/** "No changes" is not the word for it. */
export const emptyAnswer = {
  what: 'the last answer is empty',
  outcome: 'session_failed',
  lost:
    'The last answer is empty: no text, no tool and no token, although its finish reason is "stop". The provider cut it ' +
    "off. Run the rule for the alert again; look at the provider's status, or use another model.",
} as const;

/** Idle without an end may be a late start, an end about to be stored, or a server that lost the run. */
export function suspect(suspicion: Suspicion, memory: PollMemory, { at }: ModelTurn): SessionVerdict {
  const { what, graceMs, maySendAgain, lost, outcome = 'session_lost' } = suspicion;
  const suspectSince = memory.suspectSince ?? at;
  if (elapsed(suspectSince, at) < graceMs) return running(`suspect: ${what}`, { ...memory, suspectSince });
  if (maySendAgain && !memory.resent) {
    const next = { ...memory, suspectSince: at, resent: true };
    return { ...running(`suspect: ${what}, prompt sent again`, next), resend: true };
  }
  return ended({ outcome, cause: lost }, memory, true);
}
