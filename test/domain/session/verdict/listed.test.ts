import { describe, expect, test } from 'vitest';
import { freshPollMemory } from '../../../../functions/contract/execution.ts';
import { limits } from '../../../../functions/contract/limits.ts';
import { countAnswers } from '../../../../functions/domain/session/count-answers.ts';
import type { PendingRequest, SessionMessage, SessionStatus } from '../../../../functions/domain/session/session.ts';
import { judge } from '../../../../functions/domain/session/verdict.ts';
import {
  answer,
  at,
  busy,
  lastPollAt,
  question,
  remembering,
  seen,
  startedAt,
  time,
  toolStep,
  unfinished,
  wordOf,
} from './looks.ts';

const permission: PendingRequest = { sessionId: 'ses_1', kind: 'permission', subject: 'edit src/app.ts' };
const asked: PendingRequest = { sessionId: 'ses_2', kind: 'question', subject: 'Which one?' };
const steps = (count: number, changes: Partial<SessionMessage> = {}): SessionMessage[] =>
  Array.from({ length: count }, (_, index) => toolStep({ id: `msg_${index + 2}`, ...changes }));

describe('a busy session', () => {
  const rows: [what: string, messages: SessionMessage[], pending: PendingRequest[], word: string, cause: string][] = [
    ['f: before its first answer', [question], [], 'working', ''],
    ['f: in an answer', [question, unfinished()], [], 'working', ''],
    ['f: with "stop" that is not completed', [question, unfinished({ finish: 'stop' })], [], 'working', ''],
    ['f: with a finished answer: the status goes last', [question, answer()], [], 'working', ''],
    ['f: with an error that the agent may get over', steps(1, { toolErrors: ['bash: exit 1'] }), [], 'working', ''],
    ['e: waits for a permission', [question, unfinished()], [permission], 'blocked', 'edit src/app.ts'],
    ['e: waits for an answer', [question, unfinished()], [asked], 'blocked', 'Which one?'],
    ['e: blocked goes before runaway', [question, ...steps(251)], [permission], 'blocked', 'permission'],
    ['f: at the limit of model calls', [question, ...steps(250)], [], 'working', ''],
    ['f: past the limit of model calls', [question, ...steps(251)], [], 'session_failed', 'more than 250 model calls'],
    ['f: two answers broke off', [question, ...steps(2, { finish: 'unknown' })], [], 'working', ''],
    ['f: three did', [question, ...steps(3, { finish: 'unknown' })], [], 'session_failed', 'without a finish reason'],
  ];
  test.each(rows)('%s', (_, messages, pending, word, cause) => {
    const counted = countAnswers(messages, question.id, null);
    const verdict = judge({ ...seen(busy, messages, pending), counted }, freshPollMemory, at(30));
    expect(wordOf(verdict)).toBe(word);
    expect(verdict.result.ending?.cause ?? '').toContain(cause);
    expect(verdict.result.active).toBe(true);
    expect(verdict.resend).toBe(false);
  });

  test('is not stopped for answers that broke off long ago', () => {
    const messages = [question, ...steps(3, { finish: 'unknown' }), ...steps(5)];
    expect(wordOf(judge(seen(busy, messages), freshPollMemory, at(30)))).toBe('working');
  });

  test('is judged without a message, by what an earlier poll has counted', () => {
    const remembering = (answers: number) => ({ ...freshPollMemory, counted: { upTo: 'msg_9', answers } });
    expect(judge(seen(busy, []), remembering(250), at(30)).result).toMatchObject({
      activity: 'working',
      memory: remembering(250),
    });
    expect(wordOf(judge(seen(busy, []), remembering(251), at(30)))).toBe('session_failed');
  });

  test('counts the model calls of its own turn only', () => {
    const messages = [...steps(250, { parentId: 'msg_0' }), question, ...steps(13)];
    const counted = countAnswers(messages, question.id, null);
    expect(wordOf(judge({ ...seen(busy, messages), counted }, freshPollMemory, at(30)))).toBe('working');
  });

  test('tells the way out of a permission and of a question apart', () => {
    const causes = [permission, asked].map(
      (request) => judge(seen(busy, [], [request]), freshPollMemory, at(30)).result.ending,
    );
    expect(causes[0]?.cause).toContain('Set it to allow or deny');
    expect(causes[1]?.cause).toContain('Set "question": "deny"');
  });

  test('what it asks for may hold a credential, and the cause does not', () => {
    const request = { ...permission, subject: 'bash deploy --token gl-3f9d2c1b' };
    expect(judge(seen(busy, [], [request]), freshPollMemory, at(30)).result.ending?.cause).not.toContain('3f9d2c1b');
  });
});

describe('a session that waits for the provider', () => {
  const retry = (nextAt: number, message = 'Rate limit reached'): SessionStatus => ({ type: 'retry', message, nextAt });
  const last = Date.parse(lastPollAt);

  test.each([
    ['soon', startedAt + 32_000, 'retrying: Rate limit reached'],
    ['at the last poll', last, 'retrying: Rate limit reached'],
    ['after the last poll', last + 1, 'session_failed'],
    ['longer than a date can tell', Number.MAX_SAFE_INTEGER, 'session_failed'],
  ])('d: until %s', (_, nextAt, word) => {
    const verdict = judge(seen(retry(nextAt), [question]), freshPollMemory, at(30));
    expect(wordOf(verdict)).toBe(word);
    expect(verdict.result.active).toBe(true);
  });

  test('fails with the time and the reason', () => {
    const { ending } = judge(seen(retry(last + 3_600_000), []), freshPollMemory, at(30)).result;
    expect(ending?.cause).toContain(`until ${time(7_200)}, after the last poll: Rate limit reached.`);
  });

  test('counts no model calls', () => {
    expect(wordOf(judge(seen(retry(startedAt), [question, ...steps(63)]), freshPollMemory, at(30)))).toMatch(
      /^retrying/,
    );
  });

  test.each([
    [startedAt, 'activity'],
    [last + 1, 'cause'],
  ])('says nothing that looks like a credential, and no more than a cause may hold (%i, %s)', (nextAt) => {
    const message = `Incorrect API key sk-proj-0123456789abcdef. ${'x '.repeat(2_000)}`;
    const { activity, ending } = judge(seen(retry(nextAt, message), []), freshPollMemory, at(30)).result;
    const said = ending?.cause ?? activity;
    expect(said).toContain('[redacted]');
    expect(said).not.toContain('0123456789');
    expect(said).toHaveLength(limits.causeCharacters);
  });
});

test.each<[string, SessionStatus]>([
  ['busy', busy],
  ['retry', { type: 'retry', message: 'overloaded', nextAt: startedAt }],
])('%s ends a suspicion and trouble, and keeps that the prompt was sent again', (_, status) => {
  const memory = remembering({ suspectSince: time(0), resent: true, unreachableSince: time(5), unreachablePolls: 2 });
  const verdict = judge(seen(status, [question]), memory, at(30));
  expect(verdict.result.memory).toEqual(remembering({ resent: true }));
});
