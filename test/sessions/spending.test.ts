import { describe, expect, test } from 'vitest';
import type { Budgets } from '../../functions/ports.ts';
import { jobId, sampleExecution, sampleJob, sampleSession } from '../support/fakes/samples.ts';
import { fakeJobs } from '../support/fakes/stores.ts';
import { prepareCollecting } from './prepare.ts';

const budgeted = {
  ...sampleExecution(),
  budgets: { day: '2027-02-28', scopes: ['rule:rul_1', 'stack'] },
};

function prepare(spend?: Budgets['spend']) {
  const spent: unknown[][] = [];
  const jobs = fakeJobs(sampleJob({ input: budgeted }));
  const prepared = prepareCollecting(
    { session: async (id) => sampleSession({ id, costUsd: 0.5 }) },
    { jobs, budgets: { spend: spend ?? (async (...of) => void spent.push(of)) } },
  );
  return { ...prepared, spent, jobs };
}

describe('the cost of a session', () => {
  test('is spent on each of its budgets, of the day that it was started on', async () => {
    const { run, spent } = prepare();
    await run({ execution: budgeted });
    expect(spent).toEqual([
      ['rule:rul_1', '2027-02-28', jobId, 0.5],
      ['stack', '2027-02-28', jobId, 0.5],
    ]);
  });

  test('is spent before the job is settled: a try that broke off is finished by the next', async () => {
    const settled: boolean[] = [];
    const { run, jobs } = prepare(async () => void settled.push((await jobs.get(jobId))?.finishedAt !== undefined));
    await run({ execution: budgeted });
    expect(settled).toEqual([false, false]);
  });

  test('of a session that was stopped at a limit is spent too', async () => {
    const { run, spent } = prepare();
    const ending = { outcome: 'budget_exceeded' as const, cause: 'It cost $0.50, the limit is $0.40.' };
    const collected = await run({ execution: budgeted, ending });
    expect(collected).toMatchObject({ outcome: 'budget_exceeded', costUsd: 0.5 });
    expect(spent).toHaveLength(2);
  });

  test('that is not known is not spent, and neither is that of a session that never was', async () => {
    const { run, spent } = prepare();
    await run({ execution: budgeted, session: null, ending: { outcome: 'queue_expired', cause: 'No place.' } });
    expect(spent).toEqual([]);
  });

  test('that cannot be noted does not cost the result', async () => {
    const { run, log } = prepare(() => Promise.reject(new Error('throttled')));
    expect((await run({ execution: budgeted })).outcome).toBe('no_changes');
    expect(log.warnings).toEqual([
      'Cost not counted [session_cost open]: Error',
      'Cost not counted [session_cost open]: Error',
    ]);
  });
});
