import { describe, expect, test } from 'vitest';
import {
  passedLimit,
  type SessionLimits,
  stoppedAt,
  totalTokens,
  type Used,
} from '../../../functions/domain/session/session-limits.ts';

const limits: SessionLimits = { costUsd: 1.5, tokens: 10_000, messages: 20, minutes: 30 };
const none: SessionLimits = { costUsd: null, tokens: null, messages: null, minutes: null };

describe('limits of a session', () => {
  const within: [what: string, used: Used][] = [
    ['nothing read', {}],
    ['a full measure of cost', { costUsd: 1.5 }],
    ['a full measure of tokens', { tokens: 10_000 }],
    ['a full measure of messages', { messages: 20 }],
    ['the last moment', { minutes: 29.99 }],
  ];
  test.each(within)('%s is within', (_, used) => {
    expect(passedLimit(limits, used)).toBeUndefined();
  });

  const passed: [field: string, used: Used, told: string][] = [
    ['maxCostUsd', { costUsd: 1.507 }, 'it cost $1.51, the limit is $1.50'],
    ['maxTokens', { tokens: 10_001 }, 'it used 10001 tokens, the limit is 10000'],
    ['maxMessages', { messages: 21 }, 'its agent made 21 model calls, the limit is 20'],
    ['maxMinutes', { minutes: 30.4 }, 'it is at work for 30 minutes, the limit is 30'],
  ];
  test.each(passed)('%s', (field, used, told) => {
    const ending = passedLimit(limits, used);
    expect(ending?.outcome).toBe('budget_exceeded');
    expect(ending?.cause).toContain(told);
    expect(ending?.cause).toContain(`Raise config.config.${field} of the rule`);
    expect(passedLimit(none, used)).toBeUndefined();
  });

  test('the session is at work: it is aborted before it is collected, and the memory of the poll stays', () => {
    const ending = { outcome: 'budget_exceeded' as const, cause: 'It cost too much.' };
    const memory = {
      suspectSince: null,
      resent: true,
      unreachableSince: null,
      unreachablePolls: 0,
      backgroundWork: false,
      progress: null,
      progressSince: null,
      counted: { upTo: 'msg_9', answers: 4 },
    };
    const result = stoppedAt(ending, memory);
    expect(result).toEqual({ state: 'ended', activity: 'budget_exceeded', active: true, ending, memory });
  });

  test('tokens are all that the server counts', () => {
    expect(totalTokens({ input: 1, output: 20, reasoning: 300, cacheRead: 4_000, cacheWrite: 50_000 })).toBe(54_321);
  });
});
