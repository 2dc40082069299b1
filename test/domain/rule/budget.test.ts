import { describe, expect, test } from 'vitest';
import {
  budgetScopesOf,
  integrationLimitsOf,
  readStackBudget,
  sessionLimitsOf,
  usedUpSentence,
} from '../../../functions/domain/rule/budget.ts';

const integration = (metadata: Record<string, unknown>) => ({ id: 'int_1', metadata });
const rule = { id: 'rul_1' };

describe('limits of an integration', () => {
  test('come from its metadata', () => {
    const metadata = { username: 'a', maxConcurrentSessions: 2, maxSessionsPerDay: 40, maxCostUsdPerDay: 12.5 };
    expect(integrationLimitsOf(integration(metadata))).toEqual({
      maxConcurrentSessions: 2,
      maxSessionsPerDay: 40,
      maxCostUsdPerDay: 12.5,
    });
  });

  test.each([[{}], [{ maxConcurrentSessions: '2' }], [{ maxConcurrentSessions: 0, maxSessionsPerDay: 2.5 }]])(
    'what does not fit limits nothing: %j',
    (metadata) => {
      const limits = integrationLimitsOf(integration(metadata));
      expect(Object.values(limits).filter((limit) => limit !== undefined)).toEqual([]);
    },
  );
});

describe('budgets of the day', () => {
  test('none where nothing is limited', () => {
    expect(budgetScopesOf({ rule, config: {}, integration: integration({}), stack: {} })).toEqual([]);
  });

  test('those with a limit only, the narrowest first', () => {
    const scopes = budgetScopesOf({
      rule,
      config: { config: { maxCostUsdPerDay: 5, maxSessionsPerDay: 10 } },
      integration: integration({ maxSessionsPerDay: 40 }),
      stack: { maxCostUsdPerDay: 100 },
    });
    expect(scopes).toEqual([
      { scope: 'rule:rul_1', maxSessions: 10, maxCostUsd: 5 },
      { scope: 'integration:int_1', maxSessions: 40, maxCostUsd: undefined },
      // A cost alone: as many sessions as a day's row has room for.
      { scope: 'stack', maxSessions: 2_000, maxCostUsd: 100 },
    ]);
  });

  test.each([
    [
      'rule:rul_1',
      "The sessions of the day are used up for the rule rul_1: 3 of 3 (maxSessionsPerDay in the rule's config.config).",
    ],
    [
      'integration:int_1',
      'The sessions of the day are used up for the integration int_1: 3 of 3 (maxSessionsPerDay in its metadata).',
    ],
    [
      'stack',
      'The sessions of the day are used up for the whole stack: 3 of 3 (maxSessionsPerDay in the configuration of the stack).',
    ],
  ])('the sentence names %s, its limit and what is used', (scope, sentence) => {
    expect(usedUpSentence({ scope, maxSessions: 3, maxCostUsd: undefined }, { limit: 'sessions', used: 3 })).toBe(
      sentence,
    );
  });

  test('amounts are told to the cent, or finer where that would hide them', () => {
    const sentence = (maxCostUsd: number, used: number) =>
      usedUpSentence({ scope: 'stack', maxSessions: undefined, maxCostUsd }, { limit: 'cost', used });
    expect(sentence(5, 5.125)).toContain('$5.13 of $5.00 (maxCostUsdPerDay in the configuration of the stack)');
    expect(sentence(0.01, 0.0123)).toContain('$0.0123 of $0.0100');
  });
});

test('limits of a session: null where there is none', () => {
  expect(sessionLimitsOf({})).toEqual({ costUsd: null, tokens: null, messages: null, minutes: null });
  expect(sessionLimitsOf({ config: { maxCostUsd: 2, maxTokens: 5_000, maxMessages: 50, maxMinutes: 20 } })).toEqual({
    costUsd: 2,
    tokens: 5_000,
    messages: 50,
    minutes: 20,
  });
});

describe('the budget of the stack', () => {
  test.each([
    ['{}', {}],
    ['{"maxSessionsPerDay":3,"maxCostUsdPerDay":0.5}', { maxSessionsPerDay: 3, maxCostUsdPerDay: 0.5 }],
  ])('%s', (text, budget) => expect(readStackBudget(text)).toEqual(budget));

  test.each(['', 'none', '{"maxSessionsPerDay":0}', '{"maxSessions":3}'])('%j is a fault at the start', (text) => {
    expect(() => readStackBudget(text)).toThrow();
  });
});
