import { describe, expect, test } from 'vitest';
import type { StormCheck, StormTaskInput } from '../../../functions/contract/storm.ts';
import { holdAlerts } from '../../../functions/decisions/hold-alerts.ts';
import { checkStorm } from '../../../functions/decisions/storms/check-storm.ts';
import { sampleAlert, sampleRelay, sampleRule } from '../../support/fakes/alert-samples.ts';
import { type Interruption, interrupted } from '../../support/fakes/interruption.ts';
import { idOf, iso, StormWorld } from '../../support/fakes/storm-world.ts';

async function heldWorld(...names: string[]): Promise<StormWorld> {
  const world = new StormWorld();
  await world.deliver(names);
  return world;
}

/** Visits until nothing is held any more, or so often; a visit that fails comes again, undisturbed. */
async function visits(world: StormWorld, { limit = 40, deps = world.deps } = {}): Promise<StormCheck[]> {
  const checks: StormCheck[] = [];
  let idleSince: string | null = null;
  while (checks.length < limit) {
    const input: StormTaskInput<'checkStorm'> = { ...world.input, at: iso(world.second), idleSince };
    const check: StormCheck = await checkStorm(deps, input).catch(() => checkStorm(world.deps, input));
    checks.push(check);
    if (check.next !== 'wait') return checks;
    idleSince = check.idleSince;
    world.second = Math.max(world.second, (Date.parse(check.waitUntil) - Date.parse(iso(0))) / 1_000);
  }
  return checks;
}

const activities = (checks: StormCheck[]) => checks.map(({ activity }) => activity);

describe('what is held', () => {
  test('is looked at every 15 s until its window is over', async () => {
    const world = await heldWorld('a', 'b', 'c');
    expect((await visits(world, { limit: 4 })).map(({ waitUntil }) => waitUntil)).toEqual([15, 30, 45, 60].map(iso));
  });

  test('waits while starts are paused, and gives back the start that it did not need', async () => {
    const world = await heldWorld('a', 'b', 'c');
    world.world.pauseSwitch = { paused: true, by: 'admin', at: iso(50) };
    world.second = 60;
    const [check] = await visits(world, { limit: 1 });
    expect(check).toMatchObject({ next: 'wait', activity: 'paused', held: 1, waitUntil: iso(120) });
    expect(world.world.jobs.size).toBe(2);
    expect(world.world.stores.windows.get('rul_1')?.window.starts.map(({ alertId }) => alertId)).not.toContain(
      idOf('c'),
    );
    expect(world.ledger.reasons).toEqual({ started: 2, storm_held: 1 });
  });

  test('is said to be over only after one more look', async () => {
    const world = await heldWorld('a', 'b', 'c');
    world.second = 60;
    expect(activities(await visits(world))).toEqual([
      `let ${idOf('c')} go: storm_released`,
      'looking once more',
      'released',
    ]);
  });

  test('an alert that came while the hold was ending is let go too', async () => {
    const world = await heldWorld('a', 'b', 'c');
    world.second = 60;
    await visits(world, { limit: 1 });
    // A router that read the window before the hold ended, and writes the alert down after it.
    await world.deliver(['d']);
    await visits(world);
    expect(world.world.jobs.size).toBe(4);
    expect(world.ledger).toMatchObject({ reasons: { started: 2, storm_released: 2 } });
  });

  test('a router that finds the storm released decides anew', async () => {
    const world = await heldWorld('a', 'b', 'c');
    world.second = 60;
    await visits(world);
    const settings = { threshold: 5, windowMs: 60_000, maxImmediate: 2, criticalBypasses: false };
    const { stormId } = world.input.storm;
    const alerts = [sampleAlert({ id: 'alr_late' })];
    expect(
      await holdAlerts(world.deps, {
        stormId,
        isStorm: false,
        relay: sampleRelay,
        rule: sampleRule(),
        settings,
        alerts,
      }),
    ).toBe(false);
  });

  test('an alert whose decision is not recorded yet is waited for, for as long as a router may take', async () => {
    const world = await heldWorld('a', 'b', 'c');
    const { stormId } = world.input.storm;
    world.world.alerts.set('alr_slow', sampleAlert({ id: 'alr_slow', createdAt: iso(50) }));
    await world.deps.storms.addHeld(stormId, 'dlv_slow', [{ alertId: 'alr_slow', severity: 'high', at: iso(50) }]);
    world.second = 60;
    const checks = await visits(world);
    expect(activities(checks).filter((activity) => activity === 'waiting for route-alert').length).toBeGreaterThan(6);
    expect(checks.at(-1)?.next).toBe('over');
    expect(world.world.jobs.size).toBe(3);
  });

  test('is left to triage after six hours', async () => {
    const world = await heldWorld('a', 'b', 'c');
    world.second = 6 * 3_600;
    expect(await visits(world)).toMatchObject([{ next: 'triage', isLate: true }]);
  });
});

describe('a storm', () => {
  test('is collected, and due after 15 s', async () => {
    const world = await heldWorld('a', 'b', 'c', 'd', 'e');
    expect(await visits(world)).toMatchObject([
      { next: 'wait', activity: 'collecting', held: 3, waitUntil: iso(15) },
      { next: 'triage', isLate: false },
    ]);
    expect(world.storm).toMatchObject({ phase: 'collecting', detectedAt: iso(0) });
  });

  test('whose window says that it was triaged goes there again, whatever its row says', async () => {
    const world = await heldWorld('a', 'b', 'c', 'd', 'e');
    const row = world.world.stores.windows.get('rul_1');
    if (!row) throw new Error('no window');
    world.world.stores.windows.set('rul_1', { ...row, window: { ...row.window, dispatchedMs: Date.parse(iso(1)) } });
    expect(await visits(world)).toMatchObject([{ next: 'triage', activity: 'dispatched' }]);
  });

  test('that begins while the hold before it is ending is not ended with it', async () => {
    const world = await heldWorld('a', 'b', 'c');
    world.second = 60;
    await visits(world, { limit: 1 });
    const before = world.world.stores.windows.get('rul_1')?.window;
    // Between the look and the end of the hold, others reach the threshold.
    let reads = 0;
    const windows = world.deps.windows;
    const read: typeof windows.read = async (ruleId) => {
      const stored = await windows.read(ruleId);
      return reads++ === 0 ? stored : { ...stored, window: { ...stored.window, detectedMs: Date.parse(iso(60)) } };
    };
    const deps = { ...world.deps, windows: { ...windows, read } };
    const check = await checkStorm(deps, { ...world.input, at: iso(world.second), idleSince: null });
    expect(check).toMatchObject({ next: 'wait', activity: 'a storm has begun' });
    expect(world.world.stores.windows.get('rul_1')?.window.stormId).toBe(before?.stormId);
    expect(world.storm).toMatchObject({ phase: 'holding' });
  });

  test('that was triaged already goes there again', async () => {
    const world = await heldWorld('a', 'b', 'c', 'd', 'e');
    await world.deps.storms.change(world.input.storm.stormId, { phase: 'dispatched' }, ['holding']);
    expect(await visits(world)).toMatchObject([{ next: 'triage', activity: 'dispatched' }]);
  });
});

test('broken off at any call, before or after its work, it comes to the same', async () => {
  const play = async (at?: Interruption) => {
    const world = await heldWorld('a', 'b', 'c', 'd');
    const { deps, calls } = interrupted(world.deps, at);
    await visits(world, { deps });
    return { world, calls: calls() };
  };
  const { world: undisturbed, calls } = await play();
  const state = (world: StormWorld) => ({ ...world.world.state(), ledger: world.ledger });
  expect(calls).toBeGreaterThan(30);
  for (let call = 1; call <= calls; call++) {
    for (const when of ['before', 'after'] as const) {
      const { world } = await play({ call, when, kind: 'fails' });
      expect(state(world), `${when} call ${call}`).toEqual(state(undisturbed));
    }
  }
});
