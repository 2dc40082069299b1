import type { PollMemory } from '../../contract/execution.ts';
import type { SessionEntry, SessionError, SessionMark, SessionMessage } from './session.ts';
import { errorCause, failure, rejectionCause } from './session-failure.ts';
import {
  completed,
  type DialectRules,
  emptyAnswer,
  ended,
  isMessage,
  type ModelTurn,
  type Seen,
  type SessionVerdict,
  STARTED_GRACE_MS,
  suspect,
  UNSTARTED_GRACE_MS,
} from './verdict-parts.ts';

type IdleMark = Extract<SessionMark, { role: 'idle' }>;

/**
 * 2.x stores an end, but not for every run, and one that says `succeeded` may belong to a repeated prompt that ran
 * nothing: the mark, the last answer before it and where our message is decide together.
 */
export const rulesOfV2: DialectRules = { ours, judgeIdle };

/**
 * What follows our message in stored order, without the runs of others: a message that somebody sends to a session that
 * is over begins a run of its own. All where our message is out of view.
 */
function ours(messages: SessionEntry[], messageId: string): SessionEntry[] {
  const mine = messages.slice(messages.findIndex(({ id }) => id === messageId) + 1);
  const end = mine.findIndex(({ role }, index) => role === 'user' && mine[index - 1]?.role === 'idle');
  return end < 0 ? mine : mine.slice(0, end);
}

function judgeIdle(entries: SessionEntry[], seen: Seen, memory: PollMemory, turn: ModelTurn): SessionVerdict {
  const newest = entries.at(-1);
  const last = entries.findLast((entry): entry is SessionMessage => isMessage(entry) && entry.role === 'assistant');
  if (newest?.role === 'idle') return judgeMark(newest, last, entries, seen, memory, turn);
  if (last?.completed && last.error?.name === 'MessageAbortedError' && last.toolErrors.length > 0) {
    return ended({ outcome: 'session_failed', cause: rejectionCause(last.toolErrors) }, memory, false);
  }
  return unfinished(seen.prompt, memory, turn);
}

function judgeMark(
  mark: IdleMark,
  last: SessionMessage | undefined,
  entries: SessionEntry[],
  seen: Seen,
  memory: PollMemory,
  turn: ModelTurn,
): SessionVerdict {
  switch (mark.outcome) {
    case 'failed':
      return ended({ outcome: 'session_failed', cause: failedCause(mark, last, entries) }, memory, false);
    case 'interrupted':
      return ended({ outcome: 'session_failed', cause: errorCause(aborted) }, memory, false);
    case 'succeeded': {
      const trusted = seen.prompt === 'delivered' && last?.completed === true && last.finish !== 'tool-calls';
      if (!trusted) return unfinished(seen.prompt, memory, turn);
      if (!last.error && last.finish === 'stop' && last.empty) {
        return ended({ outcome: emptyAnswer.outcome, cause: emptyAnswer.lost }, memory, false);
      }
      if (!last.error && last.finish === 'stop') return completed(memory);
      return ended({ outcome: 'session_failed', cause: failure(last) }, memory, false);
    }
  }
}

const aborted: SessionError = { name: 'MessageAbortedError', message: '', statusCode: null };

/** The reason by whoever tells it: the mark, else the last answer, else a conversation that could not be cut down. */
function failedCause(mark: IdleMark, last: SessionMessage | undefined, entries: SessionEntry[]): string {
  const overflow = entries.findLast((entry) => entry.role === 'compaction' && entry.error !== null);
  const error = mark.error ?? last?.error ?? overflow?.error;
  if (error) return errorCause(error);
  return last
    ? failure(last)
    : 'The run failed before its first answer: the server has no model or agent of that name.';
}

/**
 * Not at work, and no end that can be trusted. A prompt that the agent was given is never sent again: that would start
 * nothing, and end at once as a success.
 */
function unfinished(prompt: Seen['prompt'], memory: PollMemory, turn: ModelTurn): SessionVerdict {
  if (prompt === 'delivered') {
    const lost =
      'The server stopped in the middle of the run, and did not take it up again within a minute. ' +
      "What it had done is kept. Look at the server's log, and run the rule for the alert again.";
    const what = 'stopped without an end';
    return suspect({ what, graceMs: UNSTARTED_GRACE_MS, maySendAgain: false, lost }, memory, turn);
  }
  const what = prompt === 'waiting' ? 'prompt not delivered' : 'prompt not there';
  const lost =
    `The session never started (${what}), also not when the prompt was sent again. ` +
    "Look at the server's log for this session: it may have restarted, or lost its directory.";
  return suspect({ what, graceMs: STARTED_GRACE_MS, maySendAgain: true, lost }, memory, turn);
}
