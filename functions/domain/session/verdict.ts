import { errorOutcomes } from '../../contract/error-names.ts';
import type { Dialect, PollMemory } from '../../contract/execution.ts';
import type { Outcome } from '../../contract/outcomes.ts';
import type { TaskError } from '../task/errors.ts';
import { redact } from '../text/redact.ts';
import type { PendingRequest, SessionEntry } from './session.ts';
import {
  type DialectRules,
  elapsed,
  ended,
  isMessage,
  type ModelTurn,
  type Observation,
  running,
  type SessionVerdict,
  unsuspected,
} from './verdict-parts.ts';
import { messagesToRead, rulesOfV1 } from './verdict-v1.ts';
import { rulesOfV2 } from './verdict-v2.ts';

export type { Look, ModelTurn, Observation, Seen, SessionVerdict } from './verdict-parts.ts';

/** The one place where the dialects part: what a session that is not at work has come to. */
const rules: Record<Dialect, DialectRules> = { v1: rulesOfV1, v2: rulesOfV2 };

/**
 * Each round of tools is a model call, and a fix in a large repository takes a hundred. A run that goes on far beyond
 * is spending money in a circle.
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

/**
 * Judges one look at a session. The order of the questions is the order of the measured rules: status, then messages.
 */
export function judge(observation: Observation, memory: PollMemory, turn: ModelTurn): SessionVerdict {
  if (observation.kind === 'trouble') return judgeTrouble(observation.error, memory, turn);
  const { status, descendants, pending } = observation;
  const counted = observation.counted ?? memory.counted;
  const reached: PollMemory = { ...memory, counted, unreachableSince: null, unreachablePolls: 0 };
  const messages = rules[turn.dialect].ours(observation.messages, turn.messageId);
  if (status?.type === 'retry') return judgeRetry(status, reached, turn);
  if (status === null && descendants.length === 0) {
    if (reached.backgroundWork) {
      // It is woken within a moment of their end: the next poll tells.
      return running('suspect: its sub-agents have just ended', { ...reached, backgroundWork: false });
    }
    return rules[turn.dialect].judgeIdle(messages, observation, reached, turn);
  }
  const isWaiting = status === null;
  const known = isWaiting ? { ...reached, backgroundWork: true } : reached;
  return judgeBusy(messages, pending, known, isWaiting ? 'its sub-agents are working' : 'working');
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

function judgeBusy(
  messages: SessionEntry[],
  pending: PendingRequest[],
  memory: PollMemory,
  activity: string,
): SessionVerdict {
  const [request] = pending;
  if (request) return ended({ outcome: 'blocked', cause: blockedCause(request) }, memory, true);
  if ((memory.counted?.answers ?? 0) > RUNAWAY_MESSAGES) {
    const cause = `The agent made more than ${RUNAWAY_MESSAGES} model calls and was stopped, because it looked like an endless loop. Ask for less in the prompt, or use another model.`;
    return ended({ outcome: 'session_failed', cause }, memory, true);
  }
  const answers = messages.filter(isMessage).filter(({ role }) => role === 'assistant');
  const newest = answers.slice(-messagesToRead.few);
  if (newest.filter(({ finish }) => finish === 'unknown').length >= RUNAWAY_UNFINISHED) {
    const cause =
      "The model's answers break off without a finish reason, and the server asks again in an endless loop. Check the model provider, or what stands between it and the server.";
    return ended({ outcome: 'session_failed', cause }, memory, true);
  }
  return running(activity, unsuspected(memory));
}

function blockedCause({ kind, subject }: PendingRequest): string {
  const what = redact(subject);
  return kind === 'permission'
    ? `The agent waits for a permission that nobody will give: ${what}. Set it to allow or deny in "permission" of the server's configuration; rules of the session do not reach its sub-agents.`
    : `The agent waits for an answer that nobody will give: ${what}. Set "question": "deny" in "permission" of the server's configuration.`;
}
