import type { PollMemory } from '../../contract/execution.ts';
import type { SessionEntry, SessionMessage } from './session.ts';
import { failure } from './session-failure.ts';
import {
  completed,
  type DialectRules,
  elapsed,
  emptyAnswer,
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
  judgeIdle: (entries, _, memory, turn) => judgeIdle(ownRun(entries.filter(isMessage), turn.messageId), memory, turn),
};

/** Our message and what follows it. A view that is full without it lies behind it: the session has no other prompt. */
function ours(messages: SessionEntry[], messageId: string): SessionEntry[] {
  const start = messages.findIndex(
    (entry) => entry.id === messageId || (isMessage(entry) && entry.parentId === messageId),
  );
  if (start < 0) return messages.length < messagesToRead.many ? [] : messages;
  return messages.slice(start);
}

/** Without what a person or a plugin wrote after the answer: what becomes of that is not what became of our run. */
function ownRun(messages: SessionMessage[], messageId: string): SessionMessage[] {
  const end = messages.findIndex(({ role, id, text }, index) => {
    if (role !== 'user' || id === messageId || text.trim() === '') return false;
    const answered = lastAnswer(messages.slice(0, index));
    return answered !== undefined && isDone(answered);
  });
  return end < 0 ? messages : messages.slice(0, end);
}

const lastAnswer = (messages: SessionMessage[]) => messages.findLast(({ role }) => role === 'assistant');

const isDone = ({ error, completed, structured, finish }: SessionMessage): boolean =>
  !error && completed && (structured || finish === 'stop');

function judgeIdle(messages: SessionMessage[], memory: PollMemory, turn: ModelTurn): SessionVerdict {
  const last = lastAnswer(messages);
  if (!last) return unanswered('no answer yet', UNSTARTED_GRACE_MS, memory, turn);
  if (last !== messages.at(-1)) return judgeUnanswered(last, memory, turn);
  if (isDone(last)) return judgeDone(last, memory, turn);
  if (!last.error && !last.completed) return unanswered('answer not finished', STARTED_GRACE_MS, memory, turn);
  if (!last.error && last.finish === 'tool-calls' && last.toolErrors.length === 0) {
    return unanswered('stopped between two steps', STARTED_GRACE_MS, memory, turn);
  }
  return ended({ outcome: 'session_failed', cause: failure(last) }, memory, false);
}

/**
 * The newest message is the server's own: a sub-agent in the background wakes its parent by one, a conversation is cut
 * down by one, and a plugin leaves notes that nobody answers. What has an answer is never sent again: that would do
 * the work twice, and take the record of its changes away.
 */
function judgeUnanswered(last: SessionMessage, memory: PollMemory, turn: ModelTurn): SessionVerdict {
  const suspectSince = memory.suspectSince ?? turn.at;
  const isLate = elapsed(suspectSince, turn.at) >= STARTED_GRACE_MS;
  if (isLate && isDone(last)) return judgeDone(last, memory, turn);
  const lost =
    'The session stopped before it answered a message of its own server. ' +
    "Look at the server's log for this session: it may have restarted, or lost its directory.";
  const suspicion = { what: 'no answer yet', graceMs: UNSTARTED_GRACE_MS, maySendAgain: false, lost };
  return suspect(suspicion, memory, turn);
}

/** Without a word and without a token a provider cut the answer off, or the server has not stored it yet. */
function judgeDone(last: SessionMessage, memory: PollMemory, turn: ModelTurn): SessionVerdict {
  if (!last.empty) return completed(memory);
  return suspect({ ...emptyAnswer, graceMs: STARTED_GRACE_MS, maySendAgain: false }, memory, turn);
}

/** The same message again is harmless if it was there, and a new start if it was lost. */
const unanswered = (what: string, graceMs: number, memory: PollMemory, turn: ModelTurn): SessionVerdict => {
  const lost =
    `The session never answered (${what}), also not when the prompt was sent again. ` +
    "Look at the server's log for this session: it may have restarted, or lost its directory.";
  return suspect({ what, graceMs, maySendAgain: true, lost }, memory, turn);
};
