import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../functions/contract/audit-records.ts';
import type { BegunChange } from '../../../functions/ports.ts';
import { sweepChanges } from '../../../functions/upkeep/sweep/changes.ts';
import { sweepLeftover } from '../../../functions/upkeep/sweep/leftovers.ts';
import { executionArn, sampleCollected, sampleJob } from '../../support/fakes/samples.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const now = new Date('2027-03-01T12:00:00.000Z');
const ago = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();

describe('the sweep writes audit records', () => {
  let written: AuditRecord[];
  let bucketFails: boolean;
  const leftBehind: string[] = [];
  const common = {
    records: {
      write: async (record: AuditRecord) => {
        if (bucketFails) throw new Error('SlowDown');
        written.push(record);
      },
    },
    clock: { now: () => now },
  };
  beforeEach(() => {
    [written, bucketFails] = [[], false];
    leftBehind.length = 0;
  });

  const over = (changes: object = {}) =>
    sampleJob({ executionArn, finishedAt: ago(10), collected: sampleCollected(), ...changes });
  const sweep = async (job: ReturnType<typeof over>) => {
    const jobs = fakeJobs(job);
    const ended = {
      announce: async () => {},
      leftBehind: async (id: string) => void leftBehind.push(id),
    };
    const kind = await sweepLeftover({ ...common, jobs, ended, log: { warn: () => {} } }, job, ago(3));
    return { kind, stored: await jobs.get(job.id) };
  };

  test('of a job for which whoever ended it wrote none, and goes on to clear its server', async () => {
    const { kind, stored } = await sweep(over());
    expect(written).toMatchObject([{ kind: 'session', jobId: stored?.id, outcome: 'no_changes' }]);
    expect(stored?.auditedAt).toBe(now.toISOString());
    expect([kind, leftBehind]).toEqual(['leftovers', [stored?.id]]);
  });

  test('of a job whose server is cleared already, which is all that is left to do', async () => {
    const { kind, stored } = await sweep(over({ clearedAt: ago(5) }));
    expect([kind, leftBehind]).toEqual([undefined, []]);
    expect(written).toHaveLength(1);
    expect(stored).toHaveProperty('auditedAt');
  });

  test('and leaves alone a job that has one', async () => {
    await sweep(over({ auditedAt: ago(9) }));
    expect(written).toEqual([]);
  });

  test('or, where the bucket does not take it, leaves the job to the next sweep', async () => {
    bucketFails = true;
    await expect(sweep(over())).rejects.toThrow('SlowDown');
    bucketFails = false;
    expect((await sweep(over())).stored).toHaveProperty('auditedAt');
  });

  test('of changes without one: what is known, or that nobody knows what they came to', async () => {
    const change = (requestId: string, minutes: number) => ({ requestId, at: ago(minutes), who: 'ada', what: 'pause' });
    const targets = [{ kind: 'switch', id: 'starts', before: null, after: null }];
    let open: BegunChange[] = [change('r1', 10), { ...change('r2', 5), outcome: 'done', targets }, change('r3', 0.5)];
    const end = async (ended: { requestId: string }) => {
      open = open.filter(({ requestId }) => requestId !== ended.requestId);
    };
    await sweepChanges({ ...common, changes: { listOpen: async () => open, end } });
    expect(written).toEqual([
      { version: 1, kind: 'change', ...change('r1', 10), outcome: 'interrupted', targets: [] },
      { version: 1, kind: 'change', ...change('r2', 5), outcome: 'done', targets },
    ]);
    expect(open.map(({ requestId }) => requestId)).toEqual(['r3']);
  });
});
