import type { Check, CheckResult } from '../../contract/checks.ts';
import { type CheckRun, type JudgedRun, verdictOf } from './verdict.ts';

interface SeenRuns {
  runs: readonly CheckRun[];
  /** The check at work, by its place. */
  now: number | null;
  /** Why nothing more is waited for; undefined where they have ended by themselves. */
  givenUp: string | undefined;
  /** What the deciding run of a check printed, redacted. */
  outputOf(check: number): string;
}

/** What became of each check, in the order of the rule. */
export function resultsOf(checks: readonly Check[], { runs, now, givenUp, outputOf }: SeenRuns): CheckResult[] {
  return checks.map(({ name, on }, index): CheckResult => {
    const own = runs.filter(({ check }) => check === index);
    const seconds = own.reduce((sum, run) => sum + run.seconds, 0);
    const isCut = now === index && givenUp !== undefined && own.length === 0;
    const verdict = verdictOf(own) ?? (isCut && givenUp === timeIsUp ? 'timed_out' : 'not_run');
    const decided = own.findLast((run) => run.on !== 'base');
    const note = noteOf(own, { verdict, on, givenUp });
    return {
      name,
      verdict,
      ...(note !== undefined && { note }),
      exitCode: decided?.code ?? null,
      seconds,
      output: decided ? outputOf(index) : '',
    };
  });
}

/** The server's own watch did not end them. */
export const timeIsUp = 'the time for all checks was up';

/** What a run of a check leaves to say beside its verdict. */
function noteOf(
  runs: readonly JudgedRun[],
  { verdict, on, givenUp }: { verdict: CheckResult['verdict']; on: Check['on']; givenUp: string | undefined },
): string | undefined {
  if (verdict === 'not_run') return givenUp ?? 'it did not come to its turn';
  if (runs.some((run) => run.on === 'again' && run.code === 0)) return 'flaky: it failed once and then passed';
  const isUncompared = verdict === 'failed' && on === 'base_and_patch' && !runs.some((run) => run.on === 'base');
  return isUncompared ? 'not compared with the base commit' : undefined;
}
