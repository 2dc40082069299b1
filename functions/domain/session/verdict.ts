import { errorOutcomes } from '../../contract/error-names.ts';
import type { Ending, PollMemory, PollResult } from '../../contract/execution.ts';
import { limits } from '../../contract/limits.ts';
import type { Outcome } from '../../contract/outcomes.ts';
import type { TaskError } from '../task/errors.ts';
import { cut } from '../text/cut.ts';
import { redact } from '../text/redact.ts';
import type { PendingRequest, SessionMessage, SessionStatus } from './session.ts';
import { failure } from './session-failure.ts';

/** What one poll saw. The status is read before the messages: a run that ends in between is then seen by the next poll. */
export type Observation =
  | {
      kind: 'seen';
      status: SessionStatus;
      /** Newest last. */
      messages: SessionMessage[];
      /** Requests of the session and of its sub-agents. */
      pending: PendingRequest[];
    }
  | { kind: 'trouble'; error: TaskError };

export interface ModelTurn {
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

/**
 * How many messages to read. `few` shows what the agent does now and whether it repeats itself; `many` is read where
 * those are no answer to our message, and now and then for the count.
 */
export const messagesToRead = { few: 5, many: 256 } as const;

/**
 * Each round of tools is a model call, and a fix in a large repository takes a hundred. A run that goes on far beyond is
 * spending money in a circle.
 */
const RUNAWAY_MESSAGES = 250;
/** One stream may break off; a model that does it three times in the newest messages does nothing else. */
const RUNAWAY_UNFINISHED = 3;

/** A server restart or a password rotation takes less; both have to be exceeded. */
const TROUBLE_POLLS = 3;
const TROUBLE_MS = 120_000;
const troubleOutcomes: Record<string, Outcome> = errorOutcomes;

/** The latest time that a Date can hold. A provider's wait is passed on without an upper bound. */
const LATEST_DATE_MS = 8.64e15;

/** An error is stored up to 0.4 s after the status is gone. 15 s is ample, also on a loaded server. */
const STARTED_GRACE_MS = 15_000;
/** A cold directory on a loaded server can take most of a minute to its first answer. */
const UNSTARTED_GRACE_MS = 60_000;

/** Judges one look at a session. The order of the questions is the order of the measured rules: status, then messages. */
export function judge(observation: Observation, memory: PollMemory, turn: ModelTurn): SessionVerdict {
  if (observation.kind === 'trouble') return judgeTrouble(observation.error, memory, turn);
  const reached: PollMemory = { ...memory, unreachableSince: null, unreachablePolls: 0 };
  const { status, pending } = observation;
  const messages = turnOf(observation.messages, turn.messageId);
  if (status?.type === 'retry') return judgeRetry(status, reached, turn);
  if (status?.type === 'busy') return judgeBusy(messages, pending, reached);
  return judgeIdle(messages.at(-1), reached, turn);
}

function judgeTrouble(error: TaskError, memory: PollMemory, { at }: ModelTurn): SessionVerdict {
  const unreachableSince = memory.unreachableSince ?? at;
  const unreachablePolls = memory.unreachablePolls + 1;
  // A grace period that nobody watched does not count.
  const next: PollMemory = { ...memory, suspectSince: null, unreachableSince, unreachablePolls };
  const seconds = elapsed(unreachableSince, at) / 1000;
  const tried = `${unreachablePolls} polls in ${Math.round(seconds)} s failed`;
  if (unreachablePolls < TROUBLE_POLLS || seconds * 1000 < TROUBLE_MS) {
    return running(`${error.name}: ${unreachablePolls} polls failed`, next);
  }
  const outcome = troubleOutcomes[error.name] ?? 'server_unreachable';
  return ended({ outcome, cause: `${tried}. ${error.message}` }, next, true);
}

function judgeRetry(
  status: { message: string; nextAt: number },
  memory: PollMemory,
  { lastPollAt }: ModelTurn,
): SessionVerdict {
  const reason = redact(status.message);
  if (status.nextAt <= Date.parse(lastPollAt)) return running(`retrying: ${reason}`, unsuspected(memory));
  const until = new Date(Math.min(status.nextAt, LATEST_DATE_MS)).toISOString();
  const cause =
    `The model provider makes the server wait until ${until}, after the last poll: ` +
    `${reason}. Check the quota of the provider's account, or use another model.`;
  return ended({ outcome: 'session_failed', cause }, memory, true);
}

function judgeBusy(messages: SessionMessage[], pending: PendingRequest[], memory: PollMemory): SessionVerdict {
  const [request] = pending;
  if (request) return ended({ outcome: 'blocked', cause: blockedCause(request) }, memory, true);
  const answers = messages.filter(({ role }) => role === 'assistant');
  if (answers.length > RUNAWAY_MESSAGES) {
    const cause = `The agent made more than ${RUNAWAY_MESSAGES} model calls and was stopped, because it looked like an endless loop. Ask for less in the prompt, or use another model.`;
    return ended({ outcome: 'session_failed', cause }, memory, true);
  }
  const newest = answers.slice(-messagesToRead.few);
  if (newest.filter(({ finish }) => finish === 'unknown').length >= RUNAWAY_UNFINISHED) {
    const cause =
      "The model's answers break off without a finish reason, and the server asks again in an endless loop. Check the model provider, or what stands between it and the server.";
    return ended({ outcome: 'session_failed', cause }, memory, true);
  }
  return running('working', unsuspected(memory));
}

function judgeIdle(last: SessionMessage | undefined, memory: PollMemory, turn: ModelTurn): SessionVerdict {
  if (last?.role !== 'assistant') return suspect('no answer yet', UNSTARTED_GRACE_MS, memory, turn);
  if (!last.error && !last.completed) return suspect('answer not finished', STARTED_GRACE_MS, memory, turn);
  if (!last.error && last.finish === 'tool-calls' && last.toolErrors.length === 0 && !last.structured) {
    return suspect('stopped between two steps', STARTED_GRACE_MS, memory, turn);
  }
  if (!last.error && (last.structured || last.finish === 'stop')) {
    return ended({ outcome: 'completed', cause: 'The agent finished.' }, memory, false);
  }
  return ended({ outcome: 'session_failed', cause: failure(last) }, memory, false);
}

/** Idle without an end may be a late start, an end about to be stored, or a server that lost the run. */
function suspect(what: string, graceMs: number, memory: PollMemory, { at }: ModelTurn): SessionVerdict {
  const suspectSince = memory.suspectSince ?? at;
  if (elapsed(suspectSince, at) < graceMs) return running(`suspect: ${what}`, { ...memory, suspectSince });
  if (!memory.resent) {
    // The same message again: harmless if it was there, a new start if it was lost.
    return {
      ...running(`suspect: ${what}, prompt sent again`, { ...memory, suspectSince: at, resent: true }),
      resend: true,
    };
  }
  const cause =
    `The session never answered (${what}), also not when the prompt was sent again. ` +
    "Look at the server's log for this session: it may have restarted, or lost its directory.";
  return ended({ outcome: 'session_lost', cause }, memory, true);
}

/** Our message and what follows it. A view that is full without it lies behind it: the session has no other prompt. */
function turnOf(messages: SessionMessage[], messageId: string): SessionMessage[] {
  const start = messages.findIndex(({ id, parentId }) => id === messageId || parentId === messageId);
  if (start < 0) return messages.length < messagesToRead.many ? [] : messages;
  return messages.slice(start);
}

function blockedCause({ kind, subject }: PendingRequest): string {
  const what = redact(subject);
  return kind === 'permission'
    ? `The agent waits for a permission that nobody will give: ${what}. Set it to allow or deny in "permission" of the server's configuration; rules of the session do not reach its sub-agents.`
    : `The agent waits for an answer that nobody will give: ${what}. Set "question": "deny" in "permission" of the server's configuration.`;
}

const running = (activity: string, memory: PollMemory): SessionVerdict => ({
  result: { state: 'running', activity: cut(activity, limits.causeCharacters), active: true, ending: null, memory },
  resend: false,
});

const ended = ({ outcome, cause }: Ending, memory: PollMemory, active: boolean): SessionVerdict => ({
  result: {
    state: 'ended',
    activity: outcome,
    active,
    ending: { outcome, cause: cut(cause, limits.causeCharacters) },
    memory,
  },
  resend: false,
});

const unsuspected = (memory: PollMemory): PollMemory => ({ ...memory, suspectSince: null });

const elapsed = (since: string, at: string): number => Date.parse(at) - Date.parse(since);
