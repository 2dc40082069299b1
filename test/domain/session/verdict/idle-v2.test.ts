import { describe, expect, test } from 'vitest';
import { freshPollMemory } from '../../../../functions/contract/execution.ts';
import type { SessionEntry, SessionError } from '../../../../functions/domain/session/session.ts';
import { judge, type Seen } from '../../../../functions/domain/session/verdict.ts';
import { answer, at, busy, failed, question, remembering, toolStep, unfinished, wordOf } from './looks.ts';

type Mark = Extract<SessionEntry, { role: 'idle' }>;

const mark = (outcome: Mark['outcome'], error: SessionError | null = null): Mark => {
  return { id: 'msg_9', role: 'idle', outcome, error };
};
const noRoute: SessionError = { name: 'UnknownModelError', message: 'no model stub/nope', statusCode: null };
const overflow: SessionEntry = {
  id: 'msg_5',
  role: 'compaction',
  error: { name: 'ContextOverflowError', message: 'maximum context length', statusCode: null },
};
const aborted = failed('MessageAbortedError', 'Aborted');
const refusedTool = { ...aborted, toolErrors: ['question: The run was aborted'] };
const foreign: SessionEntry = { ...question, id: 'msg_7' };

const turn = { ...at(30), dialect: 'v2' as const };
const look = (messages: SessionEntry[], changes: Partial<Seen> = {}): Seen => {
  return {
    kind: 'seen',
    status: null,
    descendants: [],
    messages,
    counted: null,
    pending: [],
    prompt: 'delivered',
    ...changes,
  };
};
const lostStart = 'suspect: stopped without an end';

/** Rows g to l of the reference, by what is stored of a session that is not active. */
const rows: [row: string, seen: Seen, word: string, cause: string][] = [
  ['h: done', look([question, answer(), mark('succeeded')]), 'completed', 'The agent finished.'],
  ['h: our message is out of view', look([answer(), mark('succeeded')]), 'completed', ''],
  [
    'h: our message is not there',
    look([answer(), mark('succeeded')], { prompt: 'missing' }),
    'suspect: prompt not there',
    '',
  ],
  [
    'h: cut off by its length',
    look([question, answer({ finish: 'length' }), mark('succeeded')]),
    'session_failed',
    'length limit',
  ],
  [
    'h: by an unknown finish',
    look([question, answer({ finish: 'unknown' }), mark('succeeded')]),
    'session_failed',
    '"unknown"',
  ],
  ['h: a repeated prompt ran nothing', look([question, mark('succeeded')]), lostStart, ''],
  ['h: after a crash in an answer', look([question, unfinished(), mark('succeeded')]), lostStart, ''],
  ['h: after a crash between steps', look([question, toolStep(), mark('succeeded')]), lostStart, ''],
  ['g: failed, told by the mark', look([question, mark('failed', noRoute)]), 'session_failed', 'no model stub/nope'],
  [
    'g: told by the answer',
    look([question, failed('provider.internal', 'down', 503), mark('failed')]),
    'session_failed',
    '(503): down',
  ],
  [
    'g: told by the compaction',
    look([question, answer({ finish: null }), overflow, mark('failed')]),
    'session_failed',
    'outgrew',
  ],
  ['g: told by nobody', look([question, mark('failed')]), 'session_failed', 'no model or agent'],
  [
    'g: an unknown agent leaves the prompt waiting',
    look([mark('failed', noRoute)], { prompt: 'waiting' }),
    'session_failed',
    'no model stub/nope',
  ],
  ['g: interrupted', look([question, aborted, mark('interrupted')]), 'session_failed', 'was aborted on the server'],
  ['g: interrupted in a retry', look([question, unfinished(), mark('interrupted')]), 'session_failed', 'was aborted'],
  ['i: a rejection ends without a mark', look([question, refusedTool]), 'session_failed', 'a question was rejected'],
  ['i: a shutdown looks the same but for the tool', look([question, aborted]), lostStart, ''],
  ['j: admitted, and not delivered', look([], { prompt: 'waiting' }), 'suspect: prompt not delivered', ''],
  ['k: killed in an answer', look([question, unfinished()]), lostStart, ''],
  ['l: never admitted', look([], { prompt: 'missing' }), 'suspect: prompt not there', ''],
  [
    'a run of somebody else comes after ours',
    look([question, answer(), mark('succeeded'), foreign, unfinished()]),
    'completed',
    '',
  ],
  [
    'a message that steers ours is none',
    look([question, toolStep(), foreign, answer(), mark('succeeded')]),
    'completed',
    '',
  ],
  [
    'a parent that was woken ends by its second mark',
    look([question, toolStep(), mark('succeeded'), answer(), mark('succeeded')]),
    'completed',
    '',
  ],
];

describe('a session of 2.x that is not active', () => {
  test.each(rows)('%s', (_, seen, word, cause) => {
    const verdict = judge(seen, freshPollMemory, turn);
    expect(wordOf(verdict)).toBe(word);
    expect(verdict.result.ending?.cause ?? '').toContain(cause);
    expect(verdict.resend).toBe(false);
  });

  const waits: [what: string, seen: Seen, seconds: number, word: string][] = [
    ['a delivered prompt is never sent again', look([question, unfinished()]), 59, lostStart],
    ['but lost after a minute', look([question, unfinished()]), 60, 'session_lost'],
    ['a waiting prompt is woken after 15 s', look([], { prompt: 'waiting' }), 15, 'resend'],
    ['a missing one is sent after 15 s', look([], { prompt: 'missing' }), 15, 'resend'],
  ];
  test.each(waits)('%s', (_, seen, seconds, word) => {
    const memory = remembering({ suspectSince: at(0).at });
    expect(wordOf(judge(seen, memory, { ...at(seconds), dialect: 'v2' }))).toBe(word);
  });

  test('a prompt that was woken once is lost the second time', () => {
    const memory = remembering({ suspectSince: at(0).at, resent: true });
    const verdict = judge(look([], { prompt: 'waiting' }), memory, turn);
    expect(wordOf(verdict)).toBe('session_lost');
    expect(verdict.result.ending?.cause).toContain('never started');
  });
});

test.each(['v1', 'v2'] as const)(
  'sub-agents at work keep a run of %s running, whatever its parent has come to',
  (dialect) => {
    const seen = look([question, answer(), mark('succeeded')], { descendants: ['ses_2'] });
    expect(wordOf(judge(seen, freshPollMemory, { ...turn, dialect }))).toBe('its sub-agents are working');
    const waits = { ...seen, pending: [{ sessionId: 'ses_2', kind: 'permission', subject: 'edit a.ts' } as const] };
    expect(wordOf(judge(waits, freshPollMemory, { ...turn, dialect }))).toBe('blocked');
  },
);

test('an active session is working, also where its end is stored already', () => {
  expect(wordOf(judge(look([question, answer(), mark('succeeded')], { status: busy }), freshPollMemory, turn))).toBe(
    'working',
  );
});
