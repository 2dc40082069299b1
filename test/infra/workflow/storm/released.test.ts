import { describe, expect, test } from 'vitest';
import { alertIdFor, alertNamed, playStorm } from '../../../support/storm-run.ts';

const named = (...names: string[]) => names.map((name) => alertNamed(name));

describe('below the threshold', () => {
  test('what was held is let go one by one, in order, when the window is over', async () => {
    const { storms, starts, world } = await playStorm({ meanwhile: [{ at: 0, alerts: named('a', 'b', 'c', 'd') }] });
    expect(starts.map(({ second, alertId }) => [second, alertId])).toEqual([
      [0, alertIdFor('a')],
      [0, alertIdFor('b')],
      [60, alertIdFor('c')],
      [60, alertIdFor('d')],
    ]);
    expect(storms).toMatchObject([{ ending: { status: 'SUCCEEDED' }, output: { visits: 8 } }]);
    expect(world.stores.ledgerDay('rly_1', '2027-03-01')).toMatchObject({
      accepted: 4,
      reasons: { started: 2, storm_released: 2 },
      undecided: 0,
    });
    expect([...world.stores.storms.values()]).toMatchObject([{ phase: 'released' }]);
    expect(world.stores.windows.get('rul_1')?.window).toMatchObject({ stormId: null });
  });

  test('each takes a start of the sliding window', async () => {
    const config = { maxImmediateDispatches: 1, stormThreshold: 10 };
    const { starts } = await playStorm({ config, meanwhile: [{ at: 0, alerts: named('a', 'b', 'c', 'd') }] });
    expect(starts.map(({ second }) => second)).toEqual([0, 60, 120, 180]);
  });

  test('a rule that starts nothing at once lets one go per window', async () => {
    const config = { maxImmediateDispatches: 0, stormWindowSeconds: 30 };
    const { starts } = await playStorm({ config, meanwhile: [{ at: 0, alerts: named('a', 'b', 'c') }] });
    expect(starts.map(({ second }) => second)).toEqual([30, 60, 90]);
  });

  test('what comes meanwhile is let go after it, by the same execution', async () => {
    const meanwhile = [
      { at: 0, alerts: named('a', 'b', 'c') },
      { at: 58, alerts: named('d') },
    ];
    const { storms, starts } = await playStorm({ meanwhile });
    expect(storms).toHaveLength(1);
    expect(starts.map(({ second }) => second)).toEqual([0, 0, 60, 60]);
  });

  test('what is over meanwhile starts nothing, and takes no start', async () => {
    const meanwhile = [
      { at: 0, alerts: named('a', 'b', 'c', 'd') },
      { at: 30, alerts: [{ ...alertNamed('c'), status: 'resolved' as const }] },
    ];
    const { starts, world } = await playStorm({ config: { maxImmediateDispatches: 1 }, meanwhile });
    expect(starts.map(({ second, alertId }) => [second, alertId])).toEqual([
      [0, alertIdFor('a')],
      [60, alertIdFor('b')],
      [120, alertIdFor('d')],
    ]);
    expect(world.ledger()).toContain('rul_1 resolved 2');
  });

  test('a pause holds it back, and its end lets it go', async () => {
    const meanwhile = [
      { at: 0, alerts: named('a', 'b', 'c') },
      { at: 5, paused: true },
      { at: 400, paused: false },
    ];
    const { starts, storms } = await playStorm({ meanwhile });
    expect(starts.map(({ second }) => second)).toEqual([0, 0, 420]);
    expect(storms[0]?.checks.map(({ activity }) => activity)).toContain('paused');
  });
});

test('the visits of an execution are bounded: what it still holds then goes to one session', async () => {
  const waitUntil = '2027-03-01T12:00:00.000Z';
  const check = { next: 'wait', activity: 'holding', held: 2, waitUntil, idleSince: null, isLate: false };
  const script = { CheckStorm: () => check };
  const meanwhile = [{ at: 0, alerts: named('a', 'b', 'c', 'd') }];
  const { storms, world, calls } = await playStorm({ script, meanwhile });
  const visits = storms[0]?.types.filter((type) => type === 'WaitStateEntered').length ?? 0;
  expect(visits).toBe(1_999);
  expect(storms[0]?.events.length).toBeLessThan(25_000 * 0.8);
  expect(calls.filter(({ name }) => name === 'TriageStorm')).toMatchObject([{ payload: { isLate: true } }]);
  expect(storms[0]?.ending?.status).toBe('SUCCEEDED');
  expect(world.stores.ledgerDay('rly_1', '2027-03-01').reasons).toEqual({ started: 2, storm_triaged: 2 });
});

describe('what a visit hands on', () => {
  const waitUntil = '2027-03-01T12:00:00.000Z';
  const idleSince = '2027-03-01T12:00:07.000Z';
  const seen = { activity: 'holding', held: 2, waitUntil, isLate: false };
  const meanwhile = [{ at: 0, alerts: named('a', 'b', 'c') }];
  const visits = (...answers: object[]) => ({ CheckStorm: () => ({ ...seen, ...answers.shift() }) });

  test('the next one is told since when nothing is left', async () => {
    const script = visits({ next: 'wait', idleSince }, { next: 'over', idleSince });
    const { calls } = await playStorm({ script, meanwhile });
    expect(calls.map(({ payload }) => payload)).toMatchObject([{ idleSince: null }, { idleSince }]);
  });

  test.each([true, false])('triage is told whether the hold has come to its limit: %s', async (isLate) => {
    const script = visits({ next: 'triage', idleSince: null, isLate });
    const { calls } = await playStorm({ script, meanwhile });
    expect(calls.filter(({ name }) => name === 'TriageStorm')).toMatchObject([{ payload: { isLate } }]);
  });

  test('a triage that finds nothing held any more ends green, as no storm', async () => {
    const released = { result: 'released', sentence: 'Nothing is held.', alerts: 0, reason: null, job: null };
    const script = { ...visits({ next: 'triage', idleSince: null }), TriageStorm: () => released };
    const { storms } = await playStorm({ script, meanwhile });
    expect(storms).toMatchObject([{ ending: { status: 'SUCCEEDED' }, output: { visits: 1 } }]);
    expect(storms[0]?.output).toMatchObject({ stormId: storms[0]?.input.stormId });
  });
});
