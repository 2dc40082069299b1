import { describe, expect, test } from 'vitest';
import { newestFirst } from '../../../../functions/adapters/memory/rows.ts';
import { type FailedDeps, listFailed, replayFailed } from '../../../../functions/api/manage/failed/failed.ts';
import { ApiRefusal } from '../../../../functions/api/manage/refusal.ts';
import type { Outcome } from '../../../../functions/contract/outcomes.ts';
import { jobIdOfRetry } from '../../../../functions/domain/job/job-id.ts';
import { stormStopped } from '../../../../functions/storm/storm-stopped/storm-stopped.ts';
import { relayId } from '../../../support/fakes/alert-samples.ts';
import { idOf, iso, StormWorld } from '../../../support/fakes/storm-world.ts';

function depsOf(world: StormWorld): FailedDeps {
  const { deps } = world;
  const { alerts } = world.world;
  return {
    ...deps,
    alerts: {
      ...deps.alerts,
      async *listNewest(state, { before }) {
        const all = [...alerts.values()].filter(({ resolvedAt }) => state === 'all' || resolvedAt === undefined);
        yield* newestFirst(all, before);
      },
    },
  };
}

async function found(world: StormWorld, wanted: Partial<Parameters<typeof listFailed>[2]> = {}) {
  world.second += 60;
  const listed = await listFailed(depsOf(world), relayId, { since: '2h', before: undefined, ...wanted });
  if (listed instanceof ApiRefusal) throw new Error(listed.message);
  return listed.failed.map(({ alert, work }) => ({ alertId: alert.id, ruleId: work.ruleId, outcome: work.outcome }));
}

async function replay(world: StormWorld, names: string[], outcomes?: Outcome[]) {
  const targets = names.map((name) => ({ alertId: idOf(name), ruleId: 'rul_1' }));
  const replayed = await replayFailed(depsOf(world), relayId, { targets, outcomes, caller: 'alice' });
  if (replayed instanceof ApiRefusal) throw new Error(replayed.message);
  return replayed;
}

/** Two sessions, which end so. */
async function two(outcome: Outcome): Promise<StormWorld> {
  const world = new StormWorld();
  await world.deliver(['a', 'b']);
  world.world.endSessions(outcome, iso(30));
  world.second = 120;
  return world;
}

describe('what came to nothing', () => {
  test('is found while its alert is open, by when it ended and by outcome', async () => {
    const world = await two('server_unreachable');
    expect(await found(world)).toEqual(
      [
        { alertId: idOf('b'), ruleId: 'rul_1', outcome: 'server_unreachable' },
        { alertId: idOf('a'), ruleId: 'rul_1', outcome: 'server_unreachable' },
      ].sort((x, y) => (x.alertId < y.alertId ? 1 : -1)),
    );
    expect(await found(world, { outcomes: ['relay_failed'] })).toEqual([]);
    expect(await found(world, { since: iso(31) })).toEqual([]);
    await world.deliver(['a'], { status: 'resolved' });
    expect(await found(world)).toHaveLength(1);
  });

  test('by default is what repeats would take up; anything red may be asked for', async () => {
    const world = await two('workspace_failed');
    expect(await found(world)).toEqual([]);
    expect(await found(world, { outcomes: ['workspace_failed'] })).toHaveLength(2);
    const stopped = await two('cancelled');
    expect(await found(stopped, { outcomes: ['cancelled'] })).toEqual([]);
  });

  test('is not found of a relay that is not there, or in the future', async () => {
    const world = await two('relay_failed');
    const ask = { since: '2h', before: undefined };
    expect(await listFailed(depsOf(world), 'rly_none', ask)).toMatchObject({ status: 404 });
    const tomorrow = { ...ask, since: '2027-03-02T12:00:00.000Z' };
    expect(await listFailed(depsOf(world), relayId, tomorrow)).toMatchObject({ status: 400 });
  });
});

describe('replaying what came to nothing', () => {
  test('starts it again, counted once, however often it fails', async () => {
    const world = await two('server_unreachable');
    expect(await replay(world, ['a', 'b'])).toEqual({ decided: { retried: 2 }, left: 0, failed: 0 });
    expect(world.ledger).toMatchObject({ accepted: 2, reasons: { retried: 2 }, undecided: 0 });
    const { why } = world.world.executions.get(jobIdOfRetry(idOf('a'), 'rul_1', 1)) ?? {};
    expect(why).toMatchObject({ reason: 'retried', sentence: expect.stringContaining('alice asked for it.') });
    expect(await replay(world, ['a', 'b'])).toEqual({ decided: {}, left: 2, failed: 0 });
    world.world.endSessions('session_lost', iso(150));
    world.second = 300;
    expect(await replay(world, ['a'])).toEqual({ decided: { retried: 1 }, left: 0, failed: 0 });
    expect([...world.world.executions.keys()].at(-1)).toBe(jobIdOfRetry(idOf('a'), 'rul_1', 2));
    expect(world.ledger).toMatchObject({ accepted: 2, reasons: { retried: 2 }, undecided: 0 });
  });

  test('takes any red outcome that is asked for', async () => {
    const world = await two('session_failed');
    expect(await replay(world, ['a'])).toMatchObject({ left: 1 });
    expect(await replay(world, ['a'], ['session_failed'])).toMatchObject({ decided: { retried: 1 } });
  });

  test('is held by storm control, and what a storm that failed held goes on', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const world = new StormWorld();
    await world.deliver(names);
    world.world.endSessions('server_unreachable', iso(5));
    const { stormId } = world.input.storm;
    await stormStopped(world.deps, { detail: { executionArn: 'arn', name: stormId, status: 'FAILED' } });
    expect(world.ledger.reasons).toEqual({ started: 2, storm_failed: 3 });
    world.second = 600;
    expect(await found(world)).toHaveLength(5);
    expect(await replay(world, names)).toEqual({ decided: { retried: 2, storm_held: 3 }, left: 0, failed: 0 });
    expect(world.ledger).toMatchObject({ accepted: 5, reasons: { retried: 2, storm_held: 3 }, undecided: 0 });
    const held = await world.deps.members.list('rul_1', names.map(idOf));
    expect(held.map(({ heldCount = 0 }) => heldCount).sort()).toEqual([0, 0, 1, 1, 1]);
  });

  test('leaves the decision as it is where a budget refuses the start', async () => {
    const world = new StormWorld({ config: { maxSessionsPerDay: 2 } });
    await world.deliver(['a', 'b']);
    world.world.endSessions('relay_failed', iso(30));
    world.second = 120;
    expect(await replay(world, ['a', 'b'])).toEqual({ decided: { budget: 2 }, left: 0, failed: 0 });
    expect(world.ledger.reasons).toEqual({ started: 2 });
    expect(await found(world)).toHaveLength(2);
  });

  test('waits for the end of a pause, and counts what fails', async () => {
    const world = await two('relay_failed');
    world.world.pauseSwitch = { paused: true, by: 'alice', at: iso(0), reason: 'deploy' };
    await expect(replay(world, ['a'])).rejects.toThrow('Resume first.');
    world.world.pauseSwitch = undefined;
    const deps = depsOf(world);
    const start = () => Promise.reject(new Error('throttled'));
    const broken = { ...deps, executions: { start } };
    const targets = [{ alertId: idOf('a'), ruleId: 'rul_1' }];
    expect(await replayFailed(broken, relayId, { targets, outcomes: undefined, caller: 'alice' })).toMatchObject({
      failed: 1,
    });
    expect(world.warnings).toEqual(['Failed alert not decided']);
    expect(await replay(world, ['a'])).toMatchObject({ decided: { retried: 1 } });
  });
});
