import type { PollMemory } from '../../contract/execution.ts';
import type { SessionEntry, SessionMessage } from './session.ts';
import { failure } from './session-failure.ts';
import {
  completed,
  type DialectRules,
  ended,
  isMessage,
  type ModelTurn,
  type SessionVerdict,
  STARTED_GRACE_MS,
  suspect,
  UNSTARTED_GRACE_MS,
} from './verdict-parts.ts';

/**
 * How many messages to read. `few` shows what the agent does now and whether it repeats itself; `many` is read where
 * those are no answer to our message, and now and then for the count.
 */
export const messagesToRead = { few: 5, many: 256 } as const;

/** 1.x stores no end: a run is over where the status is absent and the newest answer is complete. */
export const rulesOfV1: DialectRules = {
  ours,
  judgeIdle: (entries, _, memory, turn) => judgeIdle(entries.findLast(isMessage), memory, turn),
};

/** Our message and what follows it. A view that is full without it lies behind it: the session has no other prompt. */
function ours(messages: SessionEntry[], messageId: string): SessionEntry[] {
  const start = messages.findIndex(
    (entry) => entry.id === messageId || (isMessage(entry) && entry.parentId === messageId),
  );
  if (start < 0) return messages.length < messagesToRead.many ? [] : messages;
  return messages.slice(start);
}

function judgeIdle(last: SessionMessage | undefined, memory: PollMemory, turn: ModelTurn): SessionVerdict {
  if (last?.role !== 'assistant') return unanswered('no answer yet', UNSTARTED_GRACE_MS, memory, turn);
  if (!last.error && !last.completed) return unanswered('answer not finished', STARTED_GRACE_MS, memory, turn);
  if (!last.error && last.finish === 'tool-calls' && last.toolErrors.length === 0 && !last.structured) {
    return unanswered('stopped between two steps', STARTED_GRACE_MS, memory, turn);
  }
  if (!last.error && (last.structured || last.finish === 'stop')) return completed(memory);
  return ended({ outcome: 'session_failed', cause: failure(last) }, memory, false);
}

/** The same message again is harmless if it was there, and a new start if it was lost. */
const unanswered = (what: string, graceMs: number, memory: PollMemory, turn: ModelTurn): SessionVerdict => {
  const lost =
    `The session never answered (${what}), also not when the prompt was sent again. ` +
    "Look at the server's log for this session: it may have restarted, or lost its directory.";
  return suspect({ what, graceMs, maySendAgain: true, lost }, memory, turn);
};
