import { beforeEach, describe, expect, test } from 'vitest';
import type { Gauges } from '../../../functions/domain/decision/gauges.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { relayRunIdOf } from '../../../functions/domain/job/job-id.ts';
import type { Storm } from '../../../functions/domain/storm/storm.ts';
import { nothingSwept, type SweepPlaces, type Swept } from '../../../functions/domain/task/sweep.ts';
import type { ExecutionState } from '../../../functions/ports.ts';
import { sweep } from '../../../functions/upkeep/sweep/sweep.ts';
import { sampleIntegration } from '../../support/fakes/alert-samples.ts';
import { nothingRetired } from '../../support/fakes/retired.ts';
import { executionArn, sampleCollected, sampleJob, sampleRef } from '../../support/fakes/samples.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const now = new Date('2027-03-01T12:00:00.000Z');
const ago = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
const ended = (
  status: ExecutionState['status'],
  minutes = 10,
  changes: Partial<ExecutionState> = {},
): ExecutionState => ({
  ...{ status, error: undefined, cause: undefined, input: '{}', endedAt: ago(minutes) },
  ...changes,
});
const running = ended('RUNNING', 0, { endedAt: undefined });

const open = (id: string, changes: Partial<Job> = {}): Job => {
  const { collected: _, finishedAt: __, ...job } = sampleJob({ id, createdAt: ago(30), executionArn, ...changes });
  return job;
};
const over = (id: string, changes: Partial<Job> = {}): Job =>
  sampleJob({ id, createdAt: ago(60), executionArn, finishedAt: ago(10), collected: sampleCollected(), ...changes });
const storm = (id: string, changes: Partial<Storm> = {}): Storm => ({
  ...{ id, relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix', phase: 'holding' as const, firstAlertId: 'alr_1' },
  ...{ createdAt: ago(30), executionArn: 'arn:storm' },
  ...changes,
});

/** What is open, and how the executions of that stand. `said`: what came to the bus. */
class World {
  jobs: Job[] = [];
  leftovers: Job[] = [];
  storms: Storm[] = [];
  scheduled: { alertId: string; at: string }[] = [];
  holders: string[] = [];
  executions = new Map<string, ExecutionState>();
  said: object[] = [];
  metrics: Swept[] = [];
  gauges: Gauges[] = [];
  warnings: string[] = [];
  places: SweepPlaces | undefined = {};
  next: SweepPlaces | undefined;
  partLimit = 100;
  store = fakeJobs();

  async sweep(graceSeconds = 180) {
    this.store = fakeJobs(...this.jobs, ...this.leftovers);
    const list =
      <Row extends object>(rows: Row[]) =>
      async (after: string | undefined) => {
        const first = Number(after ?? 0);
        const part = rows.slice(first, first + this.partLimit);
        const end = first + part.length;
        return { rows: part, next: end < rows.length ? String(end) : undefined };
      };
    const reader = { read: async (name: string) => this.executions.get(name) };
    const deps = {
      open: {
        jobs: list(this.jobs),
        leftovers: list(this.leftovers),
        storms: list(this.storms),
        scheduled: list(this.scheduled),
      },
      jobs: this.store,
      integrations: {
        list: async () => [
          { ...sampleIntegration, metadata: { username: 'o', maxConcurrentSessions: 2 } },
          sampleIntegration,
        ],
      },
      slots: {
        read: async () => ({
          slots: { holders: this.holders.map((jobId) => ({ jobId, until: ago(-60) })), waiting: [] },
          version: 1,
        }),
        write: async (_: string, slots: { holders: { jobId: string }[] }) => {
          this.holders = slots.holders.map(({ jobId }) => jobId);
          return true;
        },
      },
      executions: { sessions: reader, runs: reader, storms: reader },
      ended: {
        announce: async (kind: string, end: { name: string }) => {
          if (end.name === 'job_broken') throw new Error('throttled');
          this.said.push({ kind, ...end });
        },
        leftBehind: async (jobId: string) => void this.said.push({ jobId }),
      },
      lease: {
        acquire: async () => this.places,
        release: async (places: SweepPlaces) => {
          this.next = places;
        },
      },
      changes: { listOpen: async () => [], end: async () => {} },
      ...nothingRetired,
      records: { write: async () => {} },
      switch: { read: async () => undefined },
      budgetUse: { read: async () => ({ sessions: 0, costUsd: 0 }) },
      stackBudget: {},
      metrics: {
        publish: (found: Swept) => void this.metrics.push(found),
        measured: (gauges: Gauges) => void this.gauges.push(gauges),
      },
      clock: { now: () => now },
      log: { warn: (message: string) => void this.warnings.push(message) },
    };
    return sweep(deps, { graceSeconds });
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});
const found = (changes: Partial<Swept>) => ({ status: 'swept', ...nothingSwept(), ...changes });

describe('a job', () => {
  test.each(['FAILED', 'ABORTED', 'TIMED_OUT'] as const)(
    'whose execution is %s is ended by its handler',
    async (status) => {
      world.jobs = [open('job_1'), open('job_2')];
      world.executions.set('job_1', ended(status, 10, { error: 'StackStopped', cause: 'why' })).set('job_2', running);
      expect(await world.sweep()).toEqual(found({ sessions: 1 }));
      expect(world.said).toEqual([{ kind: 'sessions', name: 'job_1', status, error: 'StackStopped', cause: 'why' }]);
      expect(world.metrics).toEqual([{ ...nothingSwept(), sessions: 1 }]);
    },
  );

  test('whose execution left no outcome, or is gone, ends as our own fault', async () => {
    world.jobs = [open('job_1'), open('job_2')];
    world.executions.set('job_1', ended('SUCCEEDED'));
    expect(await world.sweep()).toEqual(found({ sessions: 2 }));
    expect(world.said).toMatchObject([
      { name: 'job_1', status: 'FAILED', error: null, cause: expect.stringContaining('left no outcome') },
      { name: 'job_2', status: 'FAILED', error: null, cause: expect.stringContaining('is gone') },
    ]);
  });

  test('that is young, or whose execution has just ended, is left to its event', async () => {
    world.jobs = [open('job_1', { createdAt: ago(2) }), open('job_2')];
    world.executions.set('job_1', ended('FAILED', 1)).set('job_2', ended('FAILED', 1));
    expect(await world.sweep()).toEqual(found({}));
    expect(await world.sweep(0)).toEqual(found({ sessions: 2 }));
  });

  test('that nobody starts is ended after two hours, so that its alert comes back', async () => {
    const { executionArn: _, ...unstarted } = open('job_1', { createdAt: ago(119) });
    world.jobs = [unstarted, { ...unstarted, id: 'job_2', createdAt: ago(121) }];
    expect(await world.sweep()).toEqual(found({ unstarted: 1 }));
    expect(await world.store.get('job_1')).not.toHaveProperty('finishedAt');
    expect(await world.store.get('job_2')).toMatchObject({ collected: { outcome: 'relay_failed' } });
    expect(world.said).toEqual([]);
  });
});

describe('storms and relay runs', () => {
  test('whose executions are over are ended likewise', async () => {
    const run = relayRunIdOf('alr_1');
    world.storms = [storm('stm_1'), storm('stm_2')];
    world.scheduled = ['alr_1', 'alr_2', 'alr_3'].map((alertId) => ({ alertId, at: ago(30) }));
    world.executions.set('stm_1', ended('FAILED')).set('stm_2', running).set(run, ended('ABORTED'));
    world.executions.set(relayRunIdOf('alr_2'), running);
    expect(await world.sweep()).toEqual(found({ storms: 1, runs: 1 }));
    expect(world.said).toMatchObject([
      { kind: 'storms', name: 'stm_1', status: 'FAILED' },
      { kind: 'runs', name: run, status: 'ABORTED' },
    ]);
  });

  test('a storm that nobody starts is given up after two hours', async () => {
    const { executionArn: _, ...unstarted } = storm('stm_1', { createdAt: ago(60) });
    world.storms = [unstarted, { ...unstarted, id: 'stm_2', createdAt: ago(121) }];
    expect(await world.sweep()).toEqual(found({ storms: 1 }));
    expect(world.said).toMatchObject([{ name: 'stm_2', status: 'FAILED' }]);
  });
});

describe('what is left on a server', () => {
  test('is cleared at each sweep of the first hour, then once an hour, and given up after a week', async () => {
    const sweepsOf = async (minutes: number) => {
      world.leftovers = [over('job_1', { finishedAt: ago(minutes), session: sampleRef() })];
      world.said = [];
      return (await world.sweep()).leftovers;
    };
    expect(await sweepsOf(2)).toBe(0);
    expect([await sweepsOf(5), await sweepsOf(59)]).toEqual([1, 1]);
    const hourly: number[] = [];
    for (let minutes = 65; minutes <= 120; minutes += 5) hourly.push((await sweepsOf(minutes)) ?? 0);
    expect(hourly.filter((count) => count === 1)).toHaveLength(1);
    world.leftovers = [over('job_1', { finishedAt: ago(7 * 24 * 60) })];
    expect(await world.sweep()).toEqual(found({ given_up: 1 }));
    expect(await world.store.get('job_1')).toMatchObject({ clearedAt: now.toISOString() });
    expect(world.warnings).toContain('Server not cleared');
  });

  test('by a job that never started is nothing', async () => {
    const { executionArn: _, ...never } = over('job_1');
    world.leftovers = [never];
    expect(await world.sweep()).toEqual(found({}));
    expect(await world.store.get('job_1')).toHaveProperty('clearedAt');
  });
});

test('slots of jobs that are over, or not there, are given back', async () => {
  world.jobs = [open('job_1')];
  world.leftovers = [over('job_2')];
  world.executions.set('job_1', running);
  world.holders = ['job_1', 'job_2', 'job_3'];
  expect(await world.sweep()).toMatchObject({ slots: 2 });
  expect(world.holders).toEqual(['job_1']);
});

describe('a sweep', () => {
  test('while another one looks does nothing', async () => {
    world.jobs = [open('job_1')];
    world.places = undefined;
    expect(await world.sweep()).toEqual({ status: 'under_way' });
    expect(world.said).toEqual([]);
    expect(world.metrics).toEqual([]);
  });

  test('that fails for one goes on with the others, and says so', async () => {
    world.jobs = [open('job_broken'), open('job_2')];
    expect(await world.sweep()).toEqual(found({ sessions: 1, failed: 1 }));
    expect(world.warnings).toContain('Not swept');
  });

  test('goes on where the last one stopped, and begins anew at the end', async () => {
    world.partLimit = 2;
    world.jobs = ['job_1', 'job_2', 'job_3'].map((id) => open(id));
    expect(await world.sweep()).toMatchObject({ sessions: 2 });
    expect(world.next).toMatchObject({ sessions: '2' });
    world.places = world.next;
    expect(await world.sweep()).toMatchObject({ sessions: 1 });
    expect(world.next?.sessions).toBeUndefined();
  });
});
