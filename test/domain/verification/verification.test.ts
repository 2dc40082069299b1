import { describe, expect, test } from 'vitest';
import type { Check, CheckResult, CheckVerdict } from '../../../functions/contract/checks.ts';
import { outcomes } from '../../../functions/contract/outcomes.ts';
import { allSeconds, checksSentence, notRun, outcomeOfChecks } from '../../../functions/domain/verification/checks.ts';
import { resultsOf, timeIsUp } from '../../../functions/domain/verification/results.ts';
import { excessOf } from '../../../functions/domain/verification/size.ts';
import { verdictOf } from '../../../functions/domain/verification/verdict.ts';

type Runs = Parameters<typeof verdictOf>[0];
const on = (patch: number | null, again?: number | null, base?: number | null): Runs => [
  { on: 'patch', code: patch },
  ...(again === undefined ? [] : [{ on: 'again' as const, code: again }]),
  ...(base === undefined ? [] : [{ on: 'base' as const, code: base }]),
];

describe('the verdict of a check', () => {
  test.each<[what: string, runs: Runs, verdict: CheckVerdict | undefined]>([
    ['that was not run', [], undefined],
    ['that passes', on(0), 'passed'],
    ['that fails, and had no time for another run', on(1), 'failed'],
    ['that fails twice', on(1, 2), 'failed'],
    ['that fails once, and passes', on(1, 0), 'passed'],
    ['that fails, and hangs the second time', on(1, null), 'failed'],
    ['that is killed', on(null), 'timed_out'],
    ['that passes on the base', on(1, 1, 0), 'failed'],
    ['that fails on the base too', on(1, 1, 127), 'was_red_before'],
    ['that hangs on the base', on(1, 1, null), 'was_red_before'],
  ])('%s', (_, runs, verdict) => {
    expect(verdictOf(runs)).toBe(verdict);
  });
});

const check = (name: string, changes: Partial<Check> = {}): Check => ({
  name,
  command: 'true',
  minutes: 2,
  ...changes,
});
const result = (verdict: CheckVerdict, changes: Partial<CheckResult> = {}): CheckResult => ({
  ...{ name: verdict, verdict, exitCode: null, seconds: 1, output: '', ...changes },
});

describe('results', () => {
  const checks = [check('one'), check('two', { on: 'base_and_patch' }), check('three')];
  const outputOf = (index: number) => `printed by ${index}`;

  test('tell each check in the order of the rule, with what explains its verdict', () => {
    const runs = [
      { check: 0, on: 'patch' as const, code: 1, seconds: 2 },
      { check: 0, on: 'again' as const, code: 0, seconds: 3 },
      { check: 1, on: 'patch' as const, code: 1, seconds: 4 },
    ];
    expect(resultsOf(checks, { runs, now: null, givenUp: undefined, outputOf })).toEqual([
      {
        ...{ name: 'one', verdict: 'passed', note: 'flaky: it failed once and then passed' },
        ...{ exitCode: 0, seconds: 5, output: 'printed by 0' },
      },
      {
        ...{ name: 'two', verdict: 'failed', note: 'not compared with the base commit' },
        ...{ exitCode: 1, seconds: 4, output: 'printed by 1' },
      },
      {
        name: 'three',
        verdict: 'not_run',
        note: 'it did not come to its turn',
        exitCode: null,
        seconds: 0,
        output: '',
      },
    ]);
  });

  test.each([
    [timeIsUp, ['passed', 'timed_out', 'not_run']],
    ['they ended with the server', ['passed', 'not_run', 'not_run']],
  ])('of checks that are given up (%s)', (givenUp, verdicts) => {
    const runs = [{ check: 0, on: 'patch' as const, code: 0, seconds: 2 }];
    const results = resultsOf(checks, { runs, now: 1, givenUp, outputOf });
    expect(results.map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(results[2]?.note).toBe(givenUp);
  });
});

describe('what checks make of an outcome', () => {
  test.each<[CheckVerdict, boolean]>([
    ['passed', false],
    ['was_red_before', false],
    ['failed', true],
    ['timed_out', true],
    ['not_run', true],
  ])('%s', (verdict, isHeldAgainst) => {
    const checks = [result('passed'), result(verdict)];
    expect(outcomeOfChecks('diff_ready', checks, true)).toBe(isHeldAgainst ? 'verification_failed' : 'diff_ready');
    expect(outcomeOfChecks('diff_ready', checks, false)).toBe('diff_ready');
    for (const other of outcomes.filter((each) => each !== 'diff_ready'))
      expect(outcomeOfChecks(other, checks, true)).toBe(other);
  });

  test('and in words', () => {
    const checks = [result('passed'), result('failed', { exitCode: 3 }), result('timed_out')];
    expect(checksSentence(checks)).toBe('Checks: passed passed, failed failed (exit code 3), timed_out timed out.');
    expect(checksSentence(notRun([check('one'), check('two')], 'there is no patch'))).toBe(
      'Its checks were not run: there is no patch.',
    );
    expect(checksSentence(Array.from({ length: 6 }, () => result('passed')))).toMatch(/ and 2 more\.$/);
  });

  test('their time is that of their runs, with what it takes to kill them', () => {
    expect(allSeconds([check('one'), check('two', { on: 'base_and_patch' })])).toBe(150 + 300);
  });
});

describe('the size of a change', () => {
  const size = { files: 3, additions: 10, deletions: 5 };
  test('that is not limited, or just fits, is none too many', () => {
    expect(excessOf(undefined, size)).toBeUndefined();
    expect(excessOf({ lines: 15, files: 3 }, size)).toBeUndefined();
    expect(excessOf({ lines: null, files: null }, size)).toBeUndefined();
  });

  test('that is too large is told with its limit', () => {
    expect(excessOf({ lines: 14, files: 3 }, size)).toMatch(/15 lines, and the rule allows 14 \(maxChangedLines\)\./);
    expect(excessOf({ lines: 14, files: 2 }, size)).toMatch(/3 files, .* 2 \(maxChangedFiles\); 15 lines/);
  });
});
