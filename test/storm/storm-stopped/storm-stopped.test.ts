import { describe, expect, test } from 'vitest';
import { statusChangeSchema } from '../../../functions/contract/status-change.ts';
import { triageStorm } from '../../../functions/decisions/storms/triage-storm.ts';
import { stormStopped } from '../../../functions/storm/storm-stopped/storm-stopped.ts';
import { iso, StormWorld } from '../../support/fakes/storm-world.ts';

async function stormWorld(): Promise<StormWorld> {
  const world = new StormWorld();
  await world.deliver(['a', 'b', 'c', 'd', 'e']);
  return world;
}

const stop = (world: StormWorld, status = 'ABORTED', error?: string) => {
  const { storm } = world.input;
  const detail = { executionArn: 'arn:storm', name: storm.stormId, status, error };
  return stormStopped(world.deps, statusChangeSchema.parse({ detail }));
};

describe('a storm that was stopped', () => {
  test('by a person holds no new alert any more, and what it held is left alone', async () => {
    const world = await stormWorld();
    expect(await stop(world)).toEqual({ status: 'given_up' });
    expect(world.world.stores.windows.get('rul_1')?.window.stormId).toBeNull();
    expect(world.storm).toMatchObject({ phase: 'not_dispatched' });
    expect(world.storm?.reason).toBe('not_needed');
    expect(world.ledger.reasons).toEqual({ started: 2, not_needed: 3 });
    world.second = 120;
    await world.deliver(['f']);
    expect(world.ledger.reasons).toMatchObject({ started: 3 });
  });

  test('before its session began leaves no job that waits for ever', async () => {
    const world = await stormWorld();
    const { job } = await triageStorm(world.deps, { ...world.input, at: iso(15), isLate: false });
    expect(await stop(world, 'FAILED')).toEqual({ status: 'ended_before' });
    expect(world.world.jobs.get(job?.id ?? '')?.collected).toMatchObject({ outcome: 'relay_failed' });
    expect(world.storm).toMatchObject({ phase: 'dispatched' });
  });

  test('after its session was made takes up no new alert', async () => {
    const world = await stormWorld();
    await triageStorm(world.deps, { ...world.input, at: iso(15), isLate: false });
    await stop(world, 'FAILED');
    world.second = 70;
    await world.deliver(['f']);
    expect(world.ledger.reasons).toEqual({ started: 3, storm_triaged: 3 });
  });

  test('comes again where its window cannot be changed, and nothing is given up before', async () => {
    const world = await stormWorld();
    const read = () => Promise.reject(new Error('throttled'));
    const deps = { ...world.deps, windows: { ...world.deps.windows, read } };
    const { storm } = world.input;
    const detail = { executionArn: 'arn:storm', name: storm.stormId, status: 'FAILED', input: JSON.stringify(storm) };
    await expect(stormStopped(deps, statusChangeSchema.parse({ detail }))).rejects.toThrow('throttled');
    expect(world.storm).toMatchObject({ phase: 'holding' });
  });

  test('that ended as it should have is left alone', async () => {
    const world = await stormWorld();
    await world.deps.storms.change(world.input.storm.stormId, { phase: 'not_dispatched', reason: 'budget' }, [
      'holding',
    ]);
    await stop(world, 'FAILED');
    expect(world.storm).toMatchObject({ reason: 'budget' });
  });
});
