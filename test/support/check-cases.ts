import { createHash } from 'node:crypto';
import { createCredentialScanner } from '../../functions/adapters/credential-scanner/scanner.ts';
import type { CheckVerdict } from '../../functions/contract/checks.ts';
import { createPasswordFilter } from '../../functions/domain/secrets/password-filter.ts';
import { type CheckRun, verdictOf } from '../../functions/domain/verification/verdict.ts';
import { shownOutput } from '../../functions/sessions/check-output.ts';

/** A check as a rule may have it, and what it is to be judged in a tree where `fixed.txt` was added to the base. */
interface CheckCase {
  name: string;
  command: string;
  verdict: CheckVerdict;
  seconds?: number;
  onBase?: boolean;
  /** In what is shown of what it printed. */
  says?: RegExp;
  /** Not in it. */
  hides?: RegExp;
  /** Also where a long run is not asked for. */
  everyTime?: true;
}

/** Of the form of a real one. */
const token = `ghp_${createHash('sha512').update('a token').digest('base64').replace(/\W/g, '').slice(0, 36)}`;

/** `scratch`: a folder outside of every tree. `id`: of the run that they are part of. */
export const checkCases = (scratch: string, id: string): CheckCase[] => [
  {
    name: 'fixed',
    command: 'test -f fixed.txt && echo all well',
    verdict: 'passed',
    says: /all well/,
    everyTime: true,
  },
  { name: 'broken', command: 'echo "2 failed" >&2; exit 3', verdict: 'failed', says: /2 failed/, everyTime: true },
  { name: 'broken by the patch', command: 'test ! -f fixed.txt', verdict: 'failed', onBase: true },
  { name: 'red before', command: 'test -f never', verdict: 'was_red_before', onBase: true, everyTime: true },
  { name: 'red before, and not asked for', command: 'test -f never', verdict: 'failed' },
  { name: 'of a program that is not there', command: 'no-such-program', verdict: 'failed', says: /not found/ },
  { name: 'of no shell', command: 'if then ((', verdict: 'was_red_before', onBase: true },
  {
    name: 'flaky',
    command: `echo try >> ${scratch}/tries; test "$(wc -l < ${scratch}/tries)" -ge 2`,
    verdict: 'passed',
    everyTime: true,
  },
  { name: 'hanging', command: 'echo begins; sleep 60', verdict: 'timed_out', seconds: 1, says: /begins/ },
  { name: 'deaf', command: 'trap "" TERM INT HUP; while :; do sleep 60; done', verdict: 'timed_out', seconds: 1 },
  {
    name: 'forking away',
    command: `(setsid sh -c "trap '' TERM; sleep 63; touch ${scratch}/survived" &); (sleep 60 &); sleep 60`,
    verdict: 'timed_out',
    seconds: 1,
    everyTime: true,
  },
  { name: 'leaving a server behind', command: '(setsid sleep 61 > /dev/null 2>&1 &); echo up', verdict: 'passed' },
  { name: 'leaving what holds its output', command: '(sleep 61 &); echo held', verdict: 'passed', says: /held/ },
  {
    name: 'printing secrets',
    command: `env; env | base64; env | grep PASSWORD | base64 -w 0; echo token ${token}; exit 1`,
    verdict: 'failed',
    hides: new RegExp(token),
    everyTime: true,
  },
  {
    name: 'of a huge output',
    command: 'yes 0123456789 | head -c 100000000; printf "\\033[31mthe end"',
    verdict: 'passed',
    says: /the end$/,
  },
  { name: 'deleting the tree', command: 'rm -rf "$PWD"/* "$PWD"/.[!.]*; echo gone', verdict: 'passed' },
  { name: 'after that', command: 'test -f fixed.txt && git status --short', verdict: 'passed', says: /fixed\.txt/ },
  {
    name: 'deleting itself',
    command: `rm -rf "$PWD" "\${TMPDIR:-/tmp}/opencode-relay-checks-${id}"; echo gone`,
    verdict: 'passed',
    everyTime: true,
  },
  {
    name: 'red before, deleting itself',
    command: 'rm -rf "$PWD"; exit 1',
    verdict: 'was_red_before',
    onBase: true,
    everyTime: true,
  },
  {
    name: 'leaving files and commits',
    command: 'echo more > left; echo x >> fixed.txt; git add -A; git -c user.name=x -c user.email=x@x commit -qm x',
    verdict: 'passed',
    everyTime: true,
  },
  { name: 'after that too', command: 'test ! -f left && grep -qx fixed fixed.txt', verdict: 'passed', everyTime: true },
];

interface Judged {
  name: string;
  verdict: CheckVerdict | undefined;
  /** What was to be said, and was not; what was said, and was not to be. */
  unsaid: string[];
  said: string[];
}

const scanner = createCredentialScanner();

/** What the relay makes of the runs of such checks. */
export async function judgedBy(
  cases: CheckCase[],
  runs: CheckRun[],
  secrets: { username: string; password: string },
  outputsOf: (runs: CheckRun[]) => Promise<(string | null)[]>,
): Promise<Judged[]> {
  const filter = createPasswordFilter(secrets);
  const judged: Judged[] = [];
  const deciding = cases.flatMap((_, check) => runs.findLast((run) => run.check === check && run.on !== 'base') ?? []);
  const outputs = await outputsOf(deciding);
  for (const [check, { name, says, hides }] of cases.entries()) {
    const own = runs.filter((each) => each.check === check);
    const printed = outputs[deciding.findIndex((run) => run.check === check)];
    const output = shownOutput(printed ?? '', filter, scanner);
    const unsaid = says === undefined || says.test(output) ? [] : [String(says), output];
    const said = filter.isIn(output) || hides?.test(output) ? [output] : [];
    judged.push({ name, verdict: verdictOf(own), unsaid, said });
  }
  return judged;
}
