import type { CheckVerdict } from '../../contract/checks.ts';

/** A run that is judged. */
export interface JudgedRun {
  on: 'patch' | 'again' | 'base';
  /** Exit code; null: killed at its time. */
  code: number | null;
}

/** One run of a check that has come to its end: on the patch, once again where that failed, on the base commit. */
export interface CheckRun extends JudgedRun {
  /** Its place in the order, from 0. */
  check: number;
  seconds: number;
}

/**
 * What the runs of one check say; undefined where there was none on the patch. One that fails and then passes on the
 * same tree is flaky, and no fault of the patch.
 */
export function verdictOf(runs: readonly JudgedRun[]): CheckVerdict | undefined {
  const codeOn = (on: JudgedRun['on']) => runs.find((run) => run.on === on)?.code;
  const code = codeOn('patch');
  if (code === undefined) return undefined;
  if (code === null) return 'timed_out';
  if (code === 0 || codeOn('again') === 0) return 'passed';
  const base = codeOn('base');
  return base === undefined || base === 0 ? 'failed' : 'was_red_before';
}
