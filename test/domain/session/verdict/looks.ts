import { freshPollMemory, type PollMemory } from '../../../../functions/contract/execution.ts';
import type { PendingRequest, SessionMessage, SessionStatus } from '../../../../functions/domain/session/session.ts';
import {
  judge,
  type ModelTurn,
  type Observation,
  type Seen,
  type SessionVerdict,
} from '../../../../functions/domain/session/verdict.ts';

/** What polls see and remember. The time of a poll is given in seconds since the first one. */
export const startedAt = Date.parse('2027-03-01T12:00:00.000Z');
export const time = (seconds: number): string => new Date(startedAt + seconds * 1_000).toISOString();

/** One hour after the first poll. */
export const lastPollAt = time(3_600);

export const remembering = (changes: Partial<PollMemory>): PollMemory => ({ ...freshPollMemory, ...changes });

const blank = {
  completed: false,
  finish: null,
  error: null,
  structured: false,
  text: '',
  toolErrors: [],
  empty: false,
  wrote: [],
  recorded: null,
  progress: '',
};
export const question: SessionMessage = { ...blank, id: 'msg_1', role: 'user', parentId: null };

/** An answer to our message: a finished one unless `changes` say otherwise. */
export const answer = (changes: Partial<SessionMessage> = {}): SessionMessage => ({
  ...blank,
  id: 'msg_2',
  role: 'assistant',
  parentId: question.id,
  completed: true,
  finish: 'stop',
  ...changes,
});
export const toolStep = (changes: Partial<SessionMessage> = {}) => answer({ finish: 'tool-calls', ...changes });
export const unfinished = (changes: Partial<SessionMessage> = {}) =>
  answer({ completed: false, finish: null, ...changes });
export const failed = (name: string, message: string, statusCode: number | null = null) =>
  answer({ finish: null, error: { name, message, statusCode } });

export const busy: SessionStatus = { type: 'busy' };
export const idle: SessionStatus = null;

export const seen = (status: SessionStatus, messages: SessionMessage[], pending: PendingRequest[] = []): Seen => ({
  kind: 'seen',
  status,
  descendants: [],
  messages,
  counted: null,
  pending,
  prompt: 'delivered',
});

export const at = (seconds: number): ModelTurn => ({
  dialect: 'v1',
  messageId: question.id,
  at: time(seconds),
  lastPollAt,
});

/** One poll after the other, each with the memory of the one before. */
export function judgeAll(
  looks: [seconds: number, look: Observation][],
  first: PollMemory = freshPollMemory,
): SessionVerdict[] {
  const verdicts: SessionVerdict[] = [];
  let memory = first;
  for (const [seconds, look] of looks) {
    const verdict = judge(look, memory, at(seconds));
    verdicts.push(verdict);
    memory = verdict.result.memory;
  }
  return verdicts;
}

/** A verdict in one word: what is done about the session, or the ending. */
export const wordOf = ({ result, resend }: SessionVerdict): string => {
  if (resend) return 'resend';
  return result.state === 'running' ? result.activity : (result.ending?.outcome ?? 'ended without an ending');
};
