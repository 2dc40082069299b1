import { describe, expect, test } from 'vitest';
import { freshPollMemory } from '../../../../functions/contract/execution.ts';
import type { SessionMessage } from '../../../../functions/domain/session/session.ts';
import { judge } from '../../../../functions/domain/session/verdict.ts';
import { messagesToRead } from '../../../../functions/domain/session/verdict-v1.ts';
import { answer, at, failed, idle, question, remembering, seen, toolStep, unfinished, wordOf } from './looks.ts';

const rejected = { toolErrors: ['edit: The user rejected permission to use this tool.'] };

/** Rows g to n of the measured algorithm, by the newest message of a session whose status is absent. */
const rows: [row: string, messages: SessionMessage[], word: string, cause: string][] = [
  ['g: nothing is stored yet', [], 'suspect: no answer yet', ''],
  ['g: our message has no answer', [question], 'suspect: no answer yet', ''],
  ['h: aborted', [question, failed('MessageAbortedError', 'Aborted')], 'session_failed', 'was aborted on the server'],
  ['h: provider error', [question, failed('APIError', 'no such model', 404)], 'session_failed', 'APIError (404)'],
  [
    'h: an error goes before "stop"',
    [question, { ...failed('UnknownError', 'no reason'), finish: 'stop' }],
    'session_failed',
    'UnknownError: no reason',
  ],
  [
    'h: an error goes before a missing completion',
    [question, { ...failed('APIError', 'bad', 400), completed: false }],
    'session_failed',
    'APIError (400): bad',
  ],
  ['i: the answer is not completed', [question, unfinished()], 'suspect: answer not finished', ''],
  ['i: "stop" alone is not done', [question, unfinished({ finish: 'stop' })], 'suspect: answer not finished', ''],
  ['i: nor is an object alone', [question, unfinished({ structured: true })], 'suspect: answer not finished', ''],
  ['j: object', [question, toolStep({ structured: true })], 'completed', 'The agent finished.'],
  ['j: object after a tool error', [question, toolStep({ structured: true, ...rejected })], 'completed', ''],
  ['k: text', [question, answer()], 'completed', 'The agent finished.'],
  ['k: nothing to say', [question, answer({ text: '' })], 'completed', ''],
  ['k: after a step with a tool error', [question, toolStep(rejected), answer({ id: 'msg_3' })], 'completed', ''],
  ['l: stopped by a rejection', [question, toolStep(rejected)], 'session_failed', 'a permission or a question was'],
  ['l: without a rejection', [question, toolStep()], 'suspect: stopped between two steps', ''],
  ['m: no finish', [question, answer({ finish: null })], 'session_failed', 'The run was interrupted'],
  ['n: length', [question, answer({ finish: 'length' })], 'session_failed', 'reached its length limit'],
  ['n: unknown', [question, answer({ finish: 'unknown' })], 'session_failed', 'with "unknown"'],
  ['n: other', [question, answer({ finish: 'other' })], 'session_failed', 'with "other"'],
  ['n: error', [question, answer({ finish: 'error' })], 'session_failed', 'with "error"'],
  ['n: filter', [question, answer({ finish: 'content-filter' })], 'session_failed', 'with "content-filter"'],
];

describe('a session that is not listed', () => {
  test.each(rows)('%s', (_, messages, word, cause) => {
    const verdict = judge(seen(idle, messages), freshPollMemory, at(30));
    expect(wordOf(verdict)).toBe(word);
    expect(verdict.result.ending?.cause ?? '').toContain(cause);
    expect(verdict.resend).toBe(false);
  });

  test.each(rows)('has nothing to abort once it is over (%s)', (_, messages) => {
    const { state, active } = judge(seen(idle, messages), freshPollMemory, at(30)).result;
    expect(active).toBe(state === 'running');
  });
});

describe('the turn', () => {
  const compaction: SessionMessage = { ...question, id: 'msg_3' };
  const overflow = { ...failed('ContextOverflowError', 'maximum context length'), id: 'msg_4', parentId: 'msg_3' };

  test('after a compaction answers hang on the server’s own message and count all the same', () => {
    const messages = [question, answer({ finish: null }), compaction, overflow];
    const verdict = judge(seen(idle, messages), freshPollMemory, at(30));
    expect(wordOf(verdict)).toBe('session_failed');
    expect(verdict.result.ending?.cause).toContain("outgrew the model's context");
  });

  test('a compaction that was the last thing is no answer', () => {
    expect(wordOf(judge(seen(idle, [question, answer({ finish: null }), compaction]), freshPollMemory, at(30)))).toBe(
      'suspect: no answer yet',
    );
  });

  test('begins with our message, or with the first answer to it', () => {
    const earlier = answer({ id: 'msg_0', parentId: 'msg_00' });
    expect(wordOf(judge(seen(idle, [earlier, question]), freshPollMemory, at(30)))).toBe('suspect: no answer yet');
    expect(wordOf(judge(seen(idle, [earlier, answer()]), freshPollMemory, at(30)))).toBe('completed');
  });

  test('another message’s answer is not ours', () => {
    expect(wordOf(judge(seen(idle, [answer({ parentId: 'msg_0' })]), freshPollMemory, at(30)))).toBe(
      'suspect: no answer yet',
    );
  });

  test.each([
    [messagesToRead.many - 1, 'suspect: no answer yet'],
    [messagesToRead.many, 'completed'],
  ])('of %i messages without ours among them', (count, word) => {
    const others = Array.from({ length: count }, (_, index) => answer({ id: `msg_9${index}`, parentId: 'msg_3' }));
    expect(wordOf(judge(seen(idle, others), freshPollMemory, at(30)))).toBe(word);
  });
});

test('trouble that is over is forgotten, and that a prompt was sent again is not', () => {
  const memory = remembering({ resent: true, unreachableSince: at(0).at, unreachablePolls: 2 });
  expect(judge(seen(idle, [question, answer()]), memory, at(90)).result.memory).toEqual(remembering({ resent: true }));
});
