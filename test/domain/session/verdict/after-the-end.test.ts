import { describe, expect, test } from 'vitest';
import { freshPollMemory } from '../../../../functions/contract/execution.ts';
import type { SessionMessage } from '../../../../functions/domain/session/session.ts';
import { judge } from '../../../../functions/domain/session/verdict.ts';
import { answer, at, busy, failed, idle, question, remembering, seen, time, toolStep, wordOf } from './looks.ts';

const note = (text: string): SessionMessage => ({ ...question, id: 'msg_8', text });
const reply = (changes: Partial<SessionMessage> = {}) => answer({ id: 'msg_9', parentId: 'msg_8', ...changes });
const long = remembering({ suspectSince: time(0) });

describe('a message after the end', () => {
  test.each<[what: string, later: SessionMessage[]]>([
    ['a note of a plugin', [note('Saved.')]],
    ['what a person asks for, not answered yet', [note('Now the docs')]],
    ['what a person asks for, answered', [note('Now the docs'), reply()]],
    [
      'what a person asks for, which failed',
      [note('Now the docs'), { ...failed('APIError', 'no'), ...{ id: 'msg_9', parentId: 'msg_8' } }],
    ],
  ])('of somebody else is not of our run: %s', (_, later) => {
    const verdict = judge(seen(idle, [question, answer(), ...later]), freshPollMemory, at(30));
    expect([wordOf(verdict), verdict.resend]).toEqual(['completed', false]);
  });

  test('in the middle of our run is part of it', () => {
    const messages = [question, toolStep(), note('And the tests'), reply()];
    expect(wordOf(judge(seen(idle, messages), freshPollMemory, at(30)))).toBe('completed');
    const open = judge(seen(idle, messages.slice(0, -1)), long, at(600));
    expect([wordOf(open), open.resend]).toEqual(['session_lost', false]);
  });

  test('of the server itself is waited for, and our end stands where nothing answers it', () => {
    const look = seen(idle, [question, answer(), note('')]);
    expect(wordOf(judge(look, freshPollMemory, at(30)))).toBe('suspect: no answer yet');
    const later = judge(look, remembering({ suspectSince: time(0) }), at(15));
    expect([wordOf(later), later.resend]).toEqual(['completed', false]);
  });

  test('of the server itself that fails is the end', () => {
    const look = seen(idle, [
      question,
      answer(),
      note(''),
      { ...failed('APIError', 'no'), id: 'msg_9', parentId: 'msg_8' },
    ]);
    expect(wordOf(judge(look, freshPollMemory, at(30)))).toBe('session_failed');
  });
});

describe('sub-agents in the background', () => {
  test('keep the run going, and one more poll looks whether they wake their parent', () => {
    const child = { ...seen(idle, [question, answer()]), descendants: ['ses_2'] };
    const working = judge(child, freshPollMemory, at(0));
    expect(wordOf(working)).toBe('its sub-agents are working');
    const ended = judge(seen(idle, [question, answer()]), working.result.memory, at(1));
    expect(wordOf(ended)).toBe('suspect: its sub-agents have just ended');
    const woken = judge(seen(busy, [question, answer(), note('')]), ended.result.memory, at(2));
    expect(wordOf(woken)).toBe('working');
    const last = judge(seen(idle, [question, answer(), note(''), reply()]), woken.result.memory, at(3));
    expect(wordOf(last)).toBe('completed');
  });
});

describe('an empty last answer', () => {
  const cutOff = answer({ text: '', empty: true });
  test('is looked at again, and is then no success', () => {
    const first = judge(seen(idle, [question, cutOff]), freshPollMemory, at(0));
    expect(wordOf(first)).toBe('suspect: the last answer is empty');
    const second = judge(seen(idle, [question, cutOff]), first.result.memory, at(15));
    expect(wordOf(second)).toBe('session_failed');
    expect(second.result.ending?.cause).toMatch(/no text, no tool and no token.*cut it off/);
    expect(second.resend).toBe(false);
  });

  test('that has a token, or is told meanwhile, is one', () => {
    const first = judge(seen(idle, [question, cutOff]), freshPollMemory, at(0));
    expect(wordOf(judge(seen(idle, [question, answer()]), first.result.memory, at(5)))).toBe('completed');
    expect(wordOf(judge(seen(idle, [question, answer({ text: '' })]), freshPollMemory, at(0)))).toBe('completed');
  });
});
