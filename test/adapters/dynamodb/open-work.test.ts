import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDecisionStore } from '../../../functions/adapters/dynamodb/decision-store.ts';
import { createJobStore } from '../../../functions/adapters/dynamodb/job-store.ts';
import { createOpenWork } from '../../../functions/adapters/dynamodb/open-work.ts';
import { createStormStore } from '../../../functions/adapters/dynamodb/storm-store.ts';
import { createSweepLease } from '../../../functions/adapters/dynamodb/sweep-lease.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { OpenWork } from '../../../functions/ports.ts';
import { sampleCollected, sampleJob } from '../../support/fakes/samples.ts';
import { startTable } from '../../support/table.ts';

const at = (minute: number) => new Date(Date.UTC(2027, 2, 1, 12, minute)).toISOString();

describe('what is open', () => {
  let table: Table;
  let stop: () => Promise<void>;
  let open: OpenWork;
  beforeAll(async () => {
    ({ table, stop } = await startTable());
    open = createOpenWork(table);
  });
  afterAll(() => stop());

  const all = async <Row>(
    list: (after: string | undefined, limit: number) => Promise<{ rows: Row[]; next: string | undefined }>,
  ) => {
    const rows: Row[] = [];
    let after: string | undefined;
    do {
      const part = await list(after, 2);
      expect(part.rows.length).toBeLessThanOrEqual(2);
      rows.push(...part.rows);
      after = part.next;
    } while (after !== undefined);
    return rows;
  };
  const listed = async <Row>(rows: AsyncIterable<Row>) => {
    const found: Row[] = [];
    for await (const row of rows) found.push(row);
    return found;
  };
  const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id).sort();

  test('a job goes from open to ending to ended, and stands in the list of all jobs throughout', async () => {
    const jobs = createJobStore(table);
    const ids = ['job_1', 'job_2', 'job_3', 'job_4', 'job_5'];
    for (const [minute, id] of ids.entries()) {
      const { collected: _, finishedAt: __, ...job } = sampleJob({ id, createdAt: at(minute) });
      await jobs.createOrGet(job);
    }
    expect(idsOf(await all(open.jobs))).toEqual(ids);
    await jobs.finish('job_1', sampleCollected(), at(10), true);
    await jobs.finish('job_3', sampleCollected(), at(11));
    expect(idsOf(await all(open.jobs))).toEqual(['job_2', 'job_4', 'job_5']);
    expect(idsOf(await all(open.leftovers))).toEqual(['job_1', 'job_3']);
    expect(await jobs.get('job_1')).toMatchObject({ worktreeLeft: true });
    await jobs.markCleared('job_1', at(12));
    await jobs.markCleared('job_2', at(12));
    await jobs.markAudited('job_3', at(12));
    expect(idsOf(await all(open.leftovers))).toEqual(['job_1', 'job_3']);
    await jobs.markAudited('job_1', at(13));
    expect(idsOf(await all(open.leftovers))).toEqual(['job_3']);
    await jobs.markCleared('job_3', at(13));
    expect(idsOf(await all(open.leftovers))).toEqual([]);
    expect(idsOf(await all(open.jobs))).toEqual(['job_2', 'job_4', 'job_5']);
    const newest = await listed(jobs.listNewest({ before: undefined, expected: 10 }));
    expect(newest.map(({ id }) => id)).toEqual(ids.toReversed());
  });

  test('a storm is open until it has ended, and listed afterwards too', async () => {
    const storms = createStormStore(table);
    for (const [minute, id] of ['stm_1', 'stm_2'].entries()) {
      const common = { relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix', phase: 'holding' as const };
      await storms.createOrGet({ id, ...common, firstAlertId: 'alr_1', createdAt: at(minute) });
    }
    await storms.change('stm_1', { phase: 'triaging' }, ['holding']);
    expect(idsOf(await all(open.storms))).toEqual(['stm_1', 'stm_2']);
    await storms.change('stm_1', { phase: 'dispatched', endedAt: at(3) }, ['triaging']);
    expect(idsOf(await all(open.storms))).toEqual(['stm_2']);
    const newest = await listed(storms.listNewest({ before: undefined, expected: 10 }));
    expect(newest.map(({ id }) => id)).toEqual(['stm_2', 'stm_1']);
  });

  test('a decision waits for its run until it has become another', async () => {
    const decisions = createDecisionStore(table);
    const scheduled = { relayId: 'rly_1', ruleId: 'rul_1', reason: 'scheduled' as const, sentence: 'Later.' };
    for (const [minute, alertId] of ['alr_1', 'alr_2'].entries()) {
      await decisions.record({ alertId, ...scheduled, lastAt: at(minute), lastDeliveryId: 'dlv_1' }, 'firing');
    }
    expect((await all(open.scheduled)).sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual([
      { alertId: 'alr_1', at: at(0) },
      { alertId: 'alr_2', at: at(1) },
    ]);
    const move = { ...scheduled, alertId: 'alr_1', from: 'scheduled' as const, reason: 'not_needed' as const };
    await decisions.move({ ...move, day: '2027-03-01', lastAt: at(2) });
    expect((await all(open.scheduled)).map(({ alertId }) => alertId)).toEqual(['alr_2']);
  });

  describe('the lease of the sweep', () => {
    beforeEach(() => createSweepLease(table).release({}, at(0)));

    test('is held by one at a time, and free again once it is given back or its time is over', async () => {
      const lease = createSweepLease(table);
      expect(await lease.acquire(at(1), at(5))).toEqual({});
      expect(await lease.acquire(at(2), at(6))).toBeUndefined();
      expect(await lease.acquire(at(5), at(9))).toEqual({});
      await lease.release({ sessions: 'here' }, at(6));
      expect(await lease.acquire(at(6), at(10))).toEqual({ sessions: 'here' });
    });

    test('of two at once one gets it', async () => {
      const lease = createSweepLease(table);
      const taken = await Promise.all([1, 2, 3].map(() => lease.acquire(at(1), at(5))));
      expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
    });
  });
});
