import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorOutcomes } from '../../../functions/contract/error-names.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { endings, greenOutcomes } from '../../../functions/contract/outcomes.ts';
import { synthesizedDefinition } from '../../support/definition.ts';

const retrySchema = z.object({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number(),
});
const stateSchema = z.looseObject({
  Type: z.enum(['Pass', 'Task', 'Wait', 'Choice', 'Succeed', 'Fail']),
  Comment: z.string(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.object({ Condition: z.string(), Next: z.string() })).default([]),
  Catch: z.array(z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })).default([]),
  Retry: z.array(retrySchema).default([]),
  Resource: z.string().optional(),
  TimeoutSeconds: z.number().optional(),
  Error: z.string().optional(),
});
type State = z.infer<typeof stateSchema>;

const definition = synthesizedDefinition();
const { StartAt, States, QueryLanguage, TimeoutSeconds } = z
  .object({
    StartAt: z.string(),
    States: z.record(z.string(), stateSchema),
    QueryLanguage: z.string(),
    TimeoutSeconds: z.number(),
  })
  .parse(definition);

const state = (name: string): State => {
  const found = States[name];
  if (!found) throw new Error(`There is no state ${name}`);
  return found;
};
const targets = ({ Next, Default, Choices, Catch }: State): string[] =>
  [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((catcher) => catcher.Next)].filter(
    (name) => name !== undefined,
  );
const catchesOf = (name: string) => state(name).Catch.map(({ ErrorEquals, Next }) => [ErrorEquals, Next]);
const tasks = Object.entries(States).filter(([, { Type }]) => Type === 'Task');

describe('the definition', () => {
  test('is valid Amazon States Language', () => {
    const { isValid, errorsText } = aslValidator(definition);
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  test('speaks JSONata everywhere', () => {
    expect(QueryLanguage).toBe('JSONata');
    const ofJsonPath = /"(InputPath|OutputPath|ResultPath|Parameters|ResultSelector|SecondsPath|Variable|\w+\.\$)":/;
    expect(JSON.stringify(definition)).not.toMatch(ofJsonPath);
  });

  test('tells the operator what each state does', () => {
    for (const [name, { Comment }] of Object.entries(States)) expect(Comment, name).not.toBe('');
  });
});

describe('the way of a session', () => {
  test.each([
    ['Begin', 'Create session'],
    ['Create session', 'Send prompt'],
    ['Send prompt', 'Wait for poll interval'],
    ['Wait for poll interval', 'Poll session'],
    ['Poll session', 'Session ended?'],
    ['Wait for a free slot', 'Create session'],
    ['Abort session', 'Collect result'],
    ['Collect result', 'Publish outcome'],
    ['Record outcome', 'Publish outcome'],
    ['Publish outcome', 'Outcome?'],
    ['Wait for trouble to pass', 'Try again?'],
  ])('%s, then %s', (from, to) => {
    expect(state(from).Next).toBe(to);
  });

  test('starts with its variables', () => {
    expect(StartAt).toBe('Begin');
  });

  test('goes round only while the session runs and attempts are left', () => {
    const { Choices, Default } = state('Session ended?');
    expect(Choices.map(({ Next }) => Next)).toEqual([
      ...['Keep result', 'Abort session', 'Collect result', 'Abort session', 'Abort session'],
      'Wait for poll interval',
    ]);
    expect(Default).toBe('Wait for poll interval');
  });

  test('of a rule with checks goes by them once the result is kept', () => {
    expect(state('Keep result').Next).toBe('Start checks');
    for (const name of ['Start checks', 'Look at checks']) expect(state(name).Next).toBe('Checks done?');
    expect(state('Wait for checks').Next).toBe('Look at checks');
    const { Choices, Default } = state('Checks done?');
    expect([...Choices.map(({ Next }) => Next), Default]).toEqual([
      ...['Collect result', 'Wait for checks', 'Send findings', 'Collect result'],
    ]);
    expect(state('Send findings').Next).toBe('Wait for poll interval');
  });

  test('every state is reached and leads to a state', () => {
    const reached = new Set([StartAt]);
    for (const name of reached) for (const next of targets(state(name))) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(States).sort());
  });
});

describe('errors', () => {
  const taskErrors = Object.keys(errorOutcomes);
  const TROUBLE = 'Wait for trouble to pass';

  test('of Create session lead to a wait where it is too early or for trouble, and else to Record outcome', () => {
    expect(catchesOf('Create session')).toEqual([
      [['SlotNotFree'], 'Wait for a free slot'],
      [['SessionCancelled'], 'Cancelled'],
      [taskErrors, 'Record outcome'],
      [['States.ALL'], TROUBLE],
    ]);
  });

  test('of Collect result lead to Record outcome by name, others to a wait', () => {
    expect(catchesOf('Collect result')).toEqual([
      [['SessionCancelled'], 'Cancelled'],
      [taskErrors, 'Record outcome'],
      [['States.ALL'], TROUBLE],
    ]);
  });

  test.each([
    ['Send prompt', TROUBLE],
    ['Poll session', 'Session ended?'],
  ])('of %s lead to Abort session by name, all others to %s', (name, others) => {
    expect(catchesOf(name)).toEqual([
      [taskErrors, 'Abort session'],
      [['States.ALL'], others],
    ]);
  });

  test('of all other tasks lead to a wait', () => {
    expect(catchesOf('Abort session')).toEqual([[['States.ALL'], TROUBLE]]);
    expect(catchesOf('Record outcome')).toEqual([
      [['SessionCancelled'], 'Cancelled'],
      [['States.ALL'], TROUBLE],
    ]);
    expect(catchesOf('Publish outcome')).toEqual([[['States.ALL'], TROUBLE]]);
  });

  test('lead, after the wait, to the step again, or to what follows where it is given up', () => {
    const { Choices, Default } = state('Try again?');
    expect([...Choices.map(({ Next }) => Next), Default]).toEqual([
      ...['Abort session', 'Record outcome', 'Collect result', 'Abort session'],
      ...['Collect result', 'Record outcome', 'Publish outcome', 'Outcome not published', 'Record outcome'],
      ...['Send prompt', 'Keep result', 'Start checks', 'Send findings'],
      ...['Abort session', 'Collect result', 'Record outcome', 'Publish outcome'],
      'Create session',
    ]);
  });

  test.each([
    ['Create session', 14],
    ['Send prompt', 14],
    ['Poll session', 0],
    ['Abort session', 0],
    ['Keep result', 45],
    ['Start checks', 45],
    ['Send findings', 14],
    ['Collect result', 45],
    ['Record outcome', 0],
  ])('%s waits %i s in all for a server that cannot be reached', (name, seconds) => {
    const policy = state(name).Retry.find(({ ErrorEquals }) => ErrorEquals.includes('ServerUnreachable'));
    const { IntervalSeconds, MaxAttempts, BackoffRate } = policy ?? {
      IntervalSeconds: 0,
      MaxAttempts: 0,
      BackoffRate: 1,
    };
    const waits = Array.from({ length: MaxAttempts }, (_, retry) => IntervalSeconds * BackoffRate ** retry);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(seconds);
  });
});

describe('endings', () => {
  test.each(Object.entries(endings))('%s ends in "%s", in its true colour', (outcome, name) => {
    const green: readonly string[] = greenOutcomes;
    const { Type, Error: error } = state(name);
    expect({ Type, error }).toEqual(green.includes(outcome) ? { Type: 'Succeed' } : { Type: 'Fail', error: outcome });
    const choice = state('Outcome?').Choices.find(({ Condition }) => Condition.includes(`'${outcome}'`));
    expect(choice?.Next ?? state('Outcome?').Default).toBe(name);
  });

  test('an outcome that nobody foresaw is a failure of ours', () => {
    expect(state('Outcome?').Default).toBe('Relay failed');
  });
});

describe('limits', () => {
  test.each(tasks)('%s has a time-out', (_name, { TimeoutSeconds: seconds }) => {
    expect(seconds).toBeGreaterThan(0);
  });

  test('the whole outlasts the longest session', () => {
    const longestSeconds = limits.longestWaitSeconds + (limits.maxPollAttempts.max * limits.pollIntervalMs.max) / 1_000;
    expect(TimeoutSeconds).toBeGreaterThan(longestSeconds);
  });

  test('a poll costs 3 transitions and 9 events, so the most polls fit into the history of an execution', () => {
    // Entered and Exited; a task also Scheduled, Started, Succeeded.
    const eventsOf = { Pass: 2, Wait: 2, Choice: 2, Task: 5, Succeed: 1, Fail: 1 };
    const round = ['Wait for poll interval'];
    for (const name of round) {
      const next = state(name).Default ?? state(name).Next;
      if (next && !round.includes(next)) round.push(next);
    }
    const events = round.map((name) => eventsOf[state(name).Type]).reduce((sum, count) => sum + count, 0);
    expect({ transitions: round.length, events }).toEqual({ transitions: 3, events: 9 });

    const around = Object.values(States).reduce((sum, { Type }) => sum + eventsOf[Type], 0);
    // Scheduled, Started, Failed: each poll may be repeated once.
    const retries = 3 * limits.maxPollAttempts.max;
    expect(limits.maxPollAttempts.max * events + around + retries).toBeLessThan(25_000);
  });
});
