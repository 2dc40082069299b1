import { describe, expect, test } from 'vitest';
import type { Job } from '../../functions/domain/job/job.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import { clearSession } from '../../functions/sessions/clear-session.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import {
  repository,
  sampleCollected,
  sampleJob,
  sampleRef,
  sampleSession,
  worktree,
} from '../support/fakes/samples.ts';
import { type FakeServer, fakeServer, inTurn, recognised } from '../support/fakes/server.ts';
import { fakeJobs, fakeLog } from '../support/fakes/stores.ts';

const at = '2027-03-01T12:00:00.000Z';
const removing = { disposeInstance: async () => {}, removeWorktree: async () => {} };

function prepare(methods: FakeServer, changes: Partial<Job> = {}) {
  const job = sampleJob({ finishedAt: at, collected: sampleCollected(), ...changes });
  const { servers, calls } = fakeServer({ ...removing, ...methods });
  const jobs = fakeJobs(job);
  const log = fakeLog();
  const clear = () => clearSession({ servers, jobs, clock: fakeClock(), log }, job);
  return { clear, calls, log, cleared: async () => (await jobs.get(job.id))?.clearedAt !== undefined };
}

describe('clearing a server of a job that has ended', () => {
  test('aborts a session that is at work still, and removes its worktree', async () => {
    const { clear, calls, cleared } = prepare(
      {
        atWork: inTurn<string[]>(['ses_1'], ['ses_1'], [], []),
        abort: async () => {},
        listWorktrees: inTurn<string[]>([worktree], []),
      },
      { session: sampleRef(), worktreeLeft: true },
    );
    expect(await clear()).toBe(true);
    expect(calls.filter((call) => call.startsWith('abort')).length).toBeGreaterThan(0);
    expect(calls.filter((call) => call.startsWith('removeWorktree'))).toEqual([`removeWorktree(${repository})`]);
    expect(await cleared()).toBe(true);
  });

  test('leaves a session that is over as it is, and a worktree that is kept', async () => {
    const { clear, calls, cleared } = prepare({ atWork: async () => [] }, { session: sampleRef() });
    expect(await clear()).toBe(true);
    expect(calls).toEqual([expect.stringMatching(/^atWork/)]);
    expect(await cleared()).toBe(true);
  });

  test('finds what was never recorded by its names, also two worktrees of a lost answer', async () => {
    const second = `${worktree}-2`;
    const { clear, calls } = prepare({
      recognise: async () => recognised,
      resolveDirectory: async () => repository,
      listWorktrees: inTurn<string[]>([worktree, second], [worktree, second], [second], []),
      findSession: async () => sampleSession(),
      atWork: async () => [],
    });
    expect(await clear()).toBe(true);
    expect(calls.filter((call) => call.startsWith('disposeInstance'))).toEqual([
      `disposeInstance(${worktree})`,
      `disposeInstance(${second})`,
    ]);
  });

  test('is asked again where the server does not answer, or something may be at work', async () => {
    const away = prepare({ recognise: inTurn<never>(new TaskError('ServerUnreachable', 'refused')) });
    expect(await away.clear()).toBe(false);
    expect(await away.cleared()).toBe(false);
    expect(away.log.warnings).toEqual(['Server not cleared: ServerUnreachable']);
    const stubborn = prepare(
      { atWork: async () => ['ses_1'], abort: async () => {} },
      { session: sampleRef(), worktreeLeft: true },
    );
    expect(await stubborn.clear()).toBe(false);
    const full = prepare(
      {
        atWork: async () => [],
        listWorktrees: async () => [worktree],
        removeWorktree: inTurn<never>(new TaskError('WorkspaceFailed', 'busy')),
      },
      { session: sampleRef(), worktreeLeft: true },
    );
    expect(await full.clear()).toBe(false);
    expect(await full.cleared()).toBe(false);
  });

  test('of a session that is gone takes the worktree', async () => {
    const { clear, calls } = prepare(
      {
        atWork: inTurn<never>(new TaskError('SessionLost', 'gone')),
        listWorktrees: inTurn<string[]>([worktree], []),
      },
      { session: sampleRef(), worktreeLeft: true },
    );
    expect(await clear()).toBe(true);
    expect(calls.filter((call) => call.startsWith('removeWorktree'))).toHaveLength(1);
  });
});
