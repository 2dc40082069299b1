import type { Check, CheckResult, CheckVerdict } from '../../contract/checks.ts';
import type { Outcome } from '../../contract/outcomes.ts';
import { listed } from '../text/listed.ts';

const words: Record<CheckVerdict, string> = {
  passed: 'passed',
  failed: 'failed',
  was_red_before: 'was red before',
  timed_out: 'timed out',
  not_run: 'was not run',
};

const MAX_LISTED = 4;

/** Checks that say nothing of a patch, and why. */
export const notRun = (checks: readonly Check[], note: string): CheckResult[] =>
  checks.map(({ name }) => ({ name, verdict: 'not_run', note, exitCode: null, seconds: 0, output: '' }));

/** A check that is red on the base commit too is not the patch's fault. */
const blames: readonly CheckVerdict[] = ['failed', 'timed_out', 'not_run'];

/** What becomes of a diff whose checks have to pass. */
export const outcomeOfChecks = (outcome: Outcome, checks: readonly CheckResult[], required: boolean): Outcome =>
  outcome === 'diff_ready' && required && checks.some(({ verdict }) => blames.includes(verdict))
    ? 'verification_failed'
    : outcome;

/** `Checks: unit tests passed, lint failed (exit code 1).` */
export function checksSentence(checks: readonly CheckResult[]): string {
  const notes = new Set(checks.map(({ note }) => note));
  const [note] = notes;
  if (note !== undefined && notes.size === 1 && checks.every(({ verdict }) => verdict === 'not_run')) {
    return `Its checks were not run: ${note}.`;
  }
  const told = checks.map((check) => `${check.name} ${wordOf(check)}`);
  return `Checks: ${listed(told, MAX_LISTED)}.`;
}

/** A verdict in words, with what explains it. */
export function wordOf({ verdict, exitCode, note }: CheckResult): string {
  const code = verdict === 'failed' && exitCode !== null ? `exit code ${exitCode}` : undefined;
  const why = [code, note].filter((each) => each !== undefined).join(', ');
  return why === '' ? words[verdict] : `${words[verdict]} (${why})`;
}

/** Seconds that all checks may take together, with what is left to kill them and to put the tree back. */
export const allSeconds = (checks: readonly Check[]): number =>
  checks.reduce((sum, { minutes, on }) => sum + (minutes * 60 + KILL_SECONDS) * (on === 'base_and_patch' ? 2 : 1), 0);

const KILL_SECONDS = 30;
