import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../functions/contract/checks.ts';
import type { TaskInput } from '../../functions/contract/execution.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../functions/ports.ts';
import { collectResult } from '../../functions/sessions/collect-result.ts';
import { keepResult } from '../../functions/sessions/keep-result.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeGuards } from '../support/fakes/guards.ts';
import { fakePasswords, fakeScanner } from '../support/fakes/passwords.ts';
import { unexpected } from '../support/fakes/recorded.ts';
import {
  executionArn,
  fitting,
  jobId,
  sampleAnswer,
  sampleDiff,
  sampleExecution,
  sampleJob,
  sampleRef,
  sampleSession,
} from '../support/fakes/samples.ts';
import { fakeServer } from '../support/fakes/server.ts';
import { fakeJobs, fakeLog, fakeResults } from '../support/fakes/stores.ts';

const passed: CheckResult = { name: 'unit tests', verdict: 'passed', exitCode: 0, seconds: 3, output: 'ok' };
const failed: CheckResult = { ...passed, verdict: 'failed', exitCode: 2 };
const reading = /^(workingTreeDiff|auditPatch|messages|session)\(/;

function prepare(methods: Partial<SessionServer> = {}, { required = false, maxFiles = null as number | null } = {}) {
  const { servers, calls } = fakeServer({
    workingTreeDiff: async () => [sampleDiff('src/pool.ts')],
    auditPatch: async () => fitting,
    messages: async () => [sampleAnswer()],
    session: async () => sampleSession(),
    descendants: async () => [],
    endChecks: async () => true,
    disposeInstance: async () => {},
    removeWorktree: async () => {},
    ...methods,
  });
  const jobs = fakeJobs(sampleJob({ session: sampleRef() }));
  const results = fakeResults();
  const execution = {
    ...sampleExecution(),
    verify: { checks: [{ name: 'unit tests', command: 'npm test', minutes: 1 }], retries: 0, required },
    maxChanged: { lines: null, files: maxFiles },
  };
  const deps = {
    ...{ servers, jobs, results, guards: fakeGuards().store, clock: fakeClock(), log: fakeLog() },
    ...{ budgets: { spend: () => unexpected('spend') }, passwords: fakePasswords, scanner: fakeScanner },
  };
  const input: TaskInput<'collectResult'> = {
    ...{ execution, executionArn, session: sampleRef(), polls: 3 },
    ending: { outcome: 'completed', cause: 'The agent finished.' },
  };
  const keep = () => keepResult(deps, { ...input, keep: true });
  const collect = (changes: Partial<TaskInput<'collectResult'>> = {}) => collectResult(deps, { ...input, ...changes });
  return { keep, collect, jobs, results, calls };
}

describe('a result that is kept before checks', () => {
  test('is stored, and ends nothing', async () => {
    const { keep, jobs, results, calls } = prepare();
    expect(await keep()).toMatchObject({ outcome: 'diff_ready', result: { files: 1 } });
    expect(results.written).toHaveLength(1);
    expect(await jobs.get(jobId)).toMatchObject({
      kept: { round: 0, checksId: expect.stringMatching(/^[0-9a-f]{24}$/) },
    });
    expect((await jobs.get(jobId))?.finishedAt).toBeUndefined();
    expect(calls.filter((call) => /dispose|remove/.test(call))).toEqual([]);
  });

  test('is kept once for each turn: a repeat finds it, and the next turn is read anew', async () => {
    const { keep, jobs, results } = prepare();
    await keep();
    const first = (await jobs.get(jobId))?.kept?.checksId;
    await keep();
    expect((await jobs.get(jobId))?.kept?.checksId).toBe(first);
    await jobs.recordVerification(jobId, {
      followUp: { round: 1, messageId: 'm', partId: 'p', callsBefore: 1, prompt: 'x' },
    });
    await keep();
    expect(results.written).toHaveLength(2);
    expect((await jobs.get(jobId))?.kept).toMatchObject({ round: 1 });
    expect((await jobs.get(jobId))?.kept?.checksId).not.toBe(first);
  });

  test('is completed by the verdicts, and nothing is read from a tree that checks have been in', async () => {
    const { keep, collect, jobs, results, calls } = prepare();
    await keep();
    const before = calls.length;
    const collected = await collect({ checks: [passed] });
    expect(collected).toMatchObject({
      ...{ outcome: 'diff_ready', checks: [passed], result: { files: 1 } },
      cause: expect.stringMatching(/^Checks: unit tests passed\. The agent changed 1 file/),
    });
    expect(calls.slice(before).filter((call) => reading.test(call))).toEqual([]);
    expect(calls.slice(before).map((call) => call.replace(/\(.*/, ''))).toEqual([
      ...['endChecks', 'disposeInstance', 'removeWorktree'],
    ]);
    expect(results.written.at(-1)?.manifest).toMatchObject({
      outcome: 'diff_ready',
      checks: [passed],
      cause: collected.cause,
    });
    expect((await jobs.get(jobId))?.collected).toEqual(collected);
  });

  test('is red for a check that failed where the rule wants it to pass', async () => {
    for (const [required, outcome] of [
      [true, 'verification_failed'],
      [false, 'diff_ready'],
    ] as const) {
      const { keep, collect } = prepare({}, { required });
      await keep();
      expect(await collect({ checks: [failed] })).toMatchObject({ outcome, result: { files: 1 } });
    }
  });

  test('is worth as much where nobody could look at the checks', async () => {
    const { keep, collect } = prepare({
      endChecks: async () => {
        throw new Error('gone');
      },
    });
    await keep();
    expect(await collect({ checks: null })).toMatchObject({ outcome: 'diff_ready', checks: [{ verdict: 'not_run' }] });
  });

  test('is what an execution ends with that was stopped while checks ran', async () => {
    const { keep, collect } = prepare({}, { required: true });
    await keep();
    const ending = { outcome: 'cancelled' as const, cause: 'The execution was stopped by an operator.' };
    expect(await collect({ ending })).toMatchObject({
      ...{ outcome: 'cancelled', result: { files: 1 }, checks: [{ verdict: 'not_run' }] },
      cause: expect.stringMatching(/^The execution was stopped by an operator\. The agent changed/),
    });
  });

  test('stays where the turn that followed it could not be read', async () => {
    let isGone = false;
    const orGone =
      <T>(value: T) =>
      async () => {
        if (isGone) throw new TaskError('ServerUnreachable', 'gone');
        return value;
      };
    const { keep, collect, jobs, results } = prepare({
      workingTreeDiff: orGone([sampleDiff('src/pool.ts')]),
      turnDiff: orGone([]),
      messages: orGone([sampleAnswer()]),
    });
    const { result, costUsd } = await keep();
    const kept = (await jobs.get(jobId))?.kept;
    const followUp = { round: 1, messageId: 'm', partId: 'p', callsBefore: 1, prompt: 'x' };
    await jobs.recordVerification(jobId, { kept: kept && { ...kept, checks: [failed] }, followUp });
    isGone = true;
    const ending = { outcome: 'server_unreachable' as const, cause: 'The server is gone.' };
    const collected = await collect({ ending });
    expect(collected).toMatchObject({ outcome: 'server_unreachable', result, costUsd, checks: [failed] });
    expect(collected.cause).toMatch(
      /^The server is gone\. What it changed after it was told of checks that failed could not be read: .* is that of before\. The worktree .* is kept/,
    );
    expect(results.written.at(-1)).toMatchObject({
      patch: results.written[0]?.patch,
      manifest: { outcome: 'server_unreachable', checks: [failed], totals: { files: 1 }, workspace: { kept: true } },
    });
    expect(await jobs.get(jobId)).toMatchObject({ collected });
    expect((await jobs.get(jobId))?.worktreeLeft).toBeUndefined();
  });

  test('of more files than the rule allows is kept, and ends as that', async () => {
    const { keep } = prepare({}, { maxFiles: 0 });
    expect(await keep()).toMatchObject({
      ...{ outcome: 'diff_too_large', result: { files: 1 } },
      cause: expect.stringMatching(/^The agent changed 1 files, and the rule allows 0/),
    });
  });
});

test('the verdict that an answer ends with is told where the rule asks for one', async () => {
  const said = { verdict: 'needs_human', sentence: 'The TOKEN is wrong.', confidence: 0.5 };
  const { collect, results } = prepare({
    messages: async () => [sampleAnswer({ text: `Why.\n${JSON.stringify(said)}` })],
  });
  const execution = { ...sampleExecution(), agentVerdict: true as const };
  const told = { ...said, sentence: 'The [sample-token] is wrong.' };
  expect((await collect({ execution })).agentVerdict).toEqual(told);
  expect(results.written[0]?.manifest).toMatchObject({ agentVerdict: told });
});

test('a session of such a rule that did not finish has checks that were not run', async () => {
  const { collect } = prepare();
  const ending = { outcome: 'blocked' as const, cause: 'Asks.' };
  expect(await collect({ ending })).toMatchObject({ outcome: 'blocked', checks: [{ verdict: 'not_run' }] });
  expect(await collect({ ending })).toMatchObject({ outcome: 'blocked' });
});
