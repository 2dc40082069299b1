import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../functions/contract/outcomes.ts';
import { checkStorm } from '../../../functions/decisions/storms/check-storm.ts';
import { triageStorm } from '../../../functions/decisions/storms/triage-storm.ts';
import { jobIdOfRetry } from '../../../functions/domain/job/job-id.ts';
import { stormStopped } from '../../../functions/storm/storm-stopped/storm-stopped.ts';
import { idOf, iso, StormWorld } from '../../support/fakes/storm-world.ts';

describe('the alerts of a storm', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  async function dispatched(outcome: Outcome): Promise<StormWorld> {
    const world = new StormWorld();
    await world.deliver(names);
    const { job } = await triageStorm(world.deps, { ...world.input, at: iso(15), isLate: false });
    world.world.endSessions('no_changes', iso(20));
    const made = world.world.jobs.get(job?.id ?? '');
    expect(made?.collected?.outcome).toBe('no_changes');
    if (made?.collected) {
      world.world.jobs.set(made.id, { ...made, collected: { ...made.collected, outcome } });
    }
    return world;
  }

  test('whose one session failed are tried again with their repeats, under storm control', async () => {
    const world = await dispatched('server_unreachable');
    world.second = 600;
    await world.deliver(names);
    const { reasons, undecided, accepted } = world.ledger;
    expect(reasons).toEqual({ started: 2, storm_triaged: 3, duplicate_alert: 2, retried: 2, storm_held: 1 });
    expect({ undecided, accepted }).toEqual({ undecided: 0, accepted: 10 });
  });

  test('whose session came to a result are left alone', async () => {
    const world = await dispatched('no_changes');
    world.second = 600;
    await world.deliver(names);
    expect(world.ledger.reasons).toEqual({ started: 2, storm_triaged: 3, duplicate_alert: 5 });
  });

  test('do not join a storm that has lost its session', async () => {
    const world = await dispatched('session_lost');
    for (const second of [60, 110, 160, 210, 260, 310]) {
      world.second = second;
      await world.deliver([`late${second}`]);
    }
    expect(world.ledger.reasons).toMatchObject({ storm_triaged: 9 });
    world.second = 340;
    await world.deliver(['after']);
    expect(world.ledger.reasons).toMatchObject({ storm_triaged: 9, started: 3 });
  });

  test.each([
    ['FAILED', undefined],
    ['TIMED_OUT', undefined],
    ['ABORTED', 'StackStopped'],
  ] as const)('that %s %s decided nothing of are marked, and tried again', async (status, error) => {
    const world = new StormWorld();
    await world.deliver(names);
    const { stormId } = world.input.storm;
    const detail = { executionArn: 'arn:storm', name: stormId, status, error };
    await stormStopped(world.deps, { detail });
    await stormStopped(world.deps, { detail });
    expect(world.ledger).toMatchObject({ reasons: { started: 2, storm_failed: 3 }, undecided: 0 });
    world.second = 600;
    await world.deliver(names);
    const { reasons, undecided } = world.ledger;
    expect(reasons).toMatchObject({ retried: 2, storm_held: 1 });
    expect(undecided).toBe(0);
  });
});

test('an alert that was released once is held and released again, under a job of its own', async () => {
  const world = new StormWorld();
  const release = async () => {
    const [storm] = [...world.world.stormExecutions.values()].slice(-1);
    if (!storm) throw new Error('Nothing is held');
    for (let look = 0; look < 6; look++) {
      world.second += 61;
      await checkStorm(world.deps, { storm, executionArn: 'arn:storm', at: iso(world.second), idleSince: null });
    }
  };
  await world.deliver(['a', 'b', 'c']);
  await release();
  expect(world.ledger.reasons).toEqual({ started: 2, storm_released: 1 });
  world.world.endSessions('server_unreachable', iso(world.second));
  world.second += 600;
  await world.deliver(['a', 'b', 'c']);
  expect(world.ledger.reasons).toEqual({ started: 2, storm_released: 1, retried: 2, storm_held: 1 });
  await release();
  expect(world.ledger.reasons).toEqual({ started: 2, storm_released: 2, retried: 2 });
  expect([...world.world.executions.keys()].at(-1)).toBe(jobIdOfRetry(idOf('c'), 'rul_1', 1));
});
