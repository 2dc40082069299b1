import { describe, expect, test } from 'vitest';
import type { Ending } from '../../functions/contract/execution.ts';
import {
  jobId,
  repository,
  sampleCollected,
  sampleJob,
  sampleRef,
  sharedRef,
  worktree,
} from '../support/fakes/samples.ts';
import { fakeJobs } from '../support/fakes/stores.ts';
import { prepareCollecting } from './prepare.ts';

const cancelled: Ending = { outcome: 'cancelled', cause: 'Stopped by an operator.' };
const released = [`disposeInstance(${worktree})`, `removeWorktree(${repository})`];

describe('collect result, whatever the ending', () => {
  test('repeated after it settled, it gives the same outcome and touches nothing', async () => {
    const collected = sampleCollected();
    const decided = sampleJob({ collected, finishedAt: '2027-03-01T12:00:00.000Z' });
    const { run, calls } = prepareCollecting({}, { jobs: fakeJobs(decided) });
    expect(await run()).toEqual(collected);
    expect(calls).toEqual([]);
  });

  test('an outcome that was settled meanwhile stands', async () => {
    const collected = sampleCollected({ outcome: 'cancelled' });
    const jobs = fakeJobs(sampleJob());
    const { run } = prepareCollecting(
      {
        descendants: async () => {
          await jobs.finish(jobId, collected, '2027-03-01T12:00:00.000Z');
          return [];
        },
      },
      { jobs },
    );
    expect(await run()).toEqual(collected);
  });

  test('of a job that is not there any more, the outcome is told all the same', async () => {
    const { run } = prepareCollecting({}, { jobs: fakeJobs() });
    expect(await run()).toMatchObject({ outcome: 'no_changes', polls: 3 });
  });

  test('without a session there is only the outcome', async () => {
    const { run, results, jobs, calls } = prepareCollecting({});
    const collected = await run({
      session: null,
      ending: { outcome: 'server_unsupported', cause: 'Not 1.x.' },
      polls: 0,
    });
    expect(collected).toEqual(
      sampleCollected({ outcome: 'server_unsupported', cause: 'Not 1.x.', polls: 0, session: null }),
    );
    expect({ written: results.written, calls }).toEqual({ written: [], calls: [] });
    expect((await jobs.get(jobId))?.collected).toEqual(collected);
  });

  test('a session that was recorded, but whose answer was lost, is collected and cleaned up', async () => {
    const { run, calls } = prepareCollecting({}, { jobs: fakeJobs(sampleJob({ session: sampleRef() })) });
    const collected = await run({ session: null, ending: { outcome: 'relay_failed', cause: 'Lambda timed out.' } });
    expect(collected).toMatchObject({ outcome: 'relay_failed', session: { id: 'ses_1' } });
    expect(calls.slice(-2)).toEqual(released);
  });

  test('a shared workspace is never disposed of: it would abort the sessions of others', async () => {
    const { run, calls, results } = prepareCollecting({});
    await run({ session: sharedRef(), ending: cancelled });
    expect(calls.filter((call) => /dispose|remove/.test(call))).toEqual([]);
    expect(results.written[0]?.manifest).toMatchObject({ workspace: { worktree: false, kept: false } });
  });

  test('a long cause is cut', async () => {
    const { run } = prepareCollecting({});
    const { cause } = await run({ session: null, ending: { outcome: 'session_failed', cause: 'x'.repeat(2_000) } });
    expect(cause).toHaveLength(900);
  });

  test.each(['x', 'ü'])('a cause of exactly 900 of "%s" is kept', async (letter) => {
    const whole = letter.repeat(900);
    const { run } = prepareCollecting({});
    expect((await run({ session: null, ending: { outcome: 'session_failed', cause: whole } })).cause).toBe(whole);
  });

  test('no cause ends in half a character', async () => {
    const ending = { outcome: 'session_failed' as const, cause: `${'x'.repeat(898)}💥 and more` };
    const { run } = prepareCollecting({});
    expect((await run({ session: null, ending })).cause).toBe(`${'x'.repeat(898)}…`);
  });
});
