import { describe, expect, test } from 'vitest';
import { type StormTriage, stormLimits } from '../../../functions/contract/storm.ts';
import { decideDeferred } from '../../../functions/decisions/decide-deferred.ts';
import { triageStorm } from '../../../functions/decisions/storms/triage-storm.ts';
import { type Interruption, interrupted } from '../../support/fakes/interruption.ts';
import { idOf, iso, StormWorld } from '../../support/fakes/storm-world.ts';

const five = ['a', 'b', 'c', 'd', 'e'];
async function stormWorld(names = five, config: object = {}): Promise<StormWorld> {
  const world = new StormWorld(config);
  await world.deliver(names);
  world.second = 15;
  return world;
}

const triaged = (world: StormWorld, deps = world.deps, isLate = false): Promise<StormTriage> =>
  triageStorm(deps, { ...world.input, at: iso(world.second), isLate });
const promptOf = (world: StormWorld, { job }: StormTriage) => world.world.jobs.get(job?.id ?? '')?.prompt ?? '';

describe('one session for all that is held', () => {
  test('whose prompt names every alert, and those with a session of their own', async () => {
    const world = await stormWorld();
    const prompt = promptOf(world, await triaged(world));
    for (const name of ['c', 'd', 'e']) expect(prompt).toContain(`Id: ${idOf(name)}`);
    for (const name of ['a', 'b']) expect(prompt).toContain(`- ${idOf(name)} "Alert ${name}": job `);
  });

  test('is for the most severe alert until its cause is found', async () => {
    const world = await stormWorld(['a', 'b', 'c']);
    await world.deliver(['d', 'e'], { severity: 'critical' });
    const { job } = await triaged(world);
    expect(job?.input.alert.id).toBe(idOf('d'));
    expect(job?.input.why.sentence).toContain('3 alerts were held');
  });

  test('leaves out what is over, and says how many', async () => {
    const world = await stormWorld();
    await world.deliver(['c'], { status: 'resolved' });
    const prompt = promptOf(world, await triaged(world));
    expect(prompt).not.toContain(idOf('c'));
    expect(prompt).toContain('1 more are over already.');
    // It belongs to the storm all the same.
    expect(world.ledger.reasons).toMatchObject({ storm_triaged: 3 });
  });

  test('where one alert only can be read, is about that one', async () => {
    const world = await stormWorld();
    const get = (id: string) =>
      id === idOf('d') ? world.deps.alerts.get(id) : Promise.reject(new Error('unreadable'));
    const prompt = promptOf(world, await triaged(world, { ...world.deps, alerts: { ...world.deps.alerts, get } }));
    expect(prompt).toContain('An alert has fired.');
    expect(prompt).toContain('Alert d');
    expect(world.warnings).toHaveLength(2);
  });

  test('of many alerts reads as many as its prompt shows', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
    const world = await stormWorld(names);
    const seen: string[] = [];
    const get = async (id: string) => {
      seen.push(id);
      return world.deps.alerts.get(id);
    };
    await triaged(world, { ...world.deps, alerts: { ...world.deps.alerts, get } });
    expect(seen).toHaveLength(stormLimits.digestAlerts);
  });

  test('counts for the budgets of the day', async () => {
    const world = await stormWorld(five, { config: { maxSessionsPerDay: 3 } });
    const { job } = await triaged(world);
    expect(job?.input.budgets).toEqual({ day: '2027-03-01', scopes: ['rule:rul_1'] });
  });
});

describe('no session', () => {
  test('while one of the same title is at work, which the storm names', async () => {
    const world = new StormWorld();
    await world.deliver(five, { title: 'Disk full' });
    const { result, job } = await triaged(world);
    expect(result).toBe('under_investigation');
    expect(world.storm).toMatchObject({ phase: 'dispatched', jobId: job?.id, rootCause: { by: 'fallback' } });
  });

  test('of a rule that was switched off: its alerts say so, and nothing is held any more', async () => {
    const world = await stormWorld();
    const listByRelay = async () => [];
    const { result, reason } = await triaged(world, { ...world.deps, rules: { listByRelay } });
    expect([result, reason]).toEqual(['not_dispatched', 'rule_disabled']);
    expect(world.ledger).toMatchObject({ reasons: { started: 2, rule_disabled: 3 }, undecided: 0 });
    expect(world.world.stores.windows.get('rul_1')?.window.stormId).toBeNull();
  });

  test('while starts are paused, only once the hold has come to its limit', async () => {
    const world = await stormWorld();
    world.world.pauseSwitch = { paused: true, by: 'admin', at: iso(0) };
    expect(await triaged(world, world.deps, true)).toMatchObject({ result: 'not_dispatched', reason: 'paused' });
    expect(world.ledger).toMatchObject({ reasons: { started: 2, paused: 3 }, undecided: 0 });
    const early = await stormWorld();
    early.world.pauseSwitch = world.world.pauseSwitch;
    expect(await triaged(early)).toMatchObject({ result: 'dispatched' });
  });

  test('that ended in a pause leaves alerts that are replayed one by one', async () => {
    const world = await stormWorld();
    world.world.pauseSwitch = { paused: true, by: 'admin', at: iso(0) };
    await triaged(world, world.deps, true);
    world.world.pauseSwitch = undefined;
    world.second = 25_000;
    const replayed = ['c', 'd'].map((name) =>
      decideDeferred(world.deps, { alertId: idOf(name), ruleId: 'rul_1', from: 'paused', startsExecution: true }),
    );
    expect((await Promise.all(replayed)).map(({ kind }) => kind)).toEqual(['started', 'started']);
    expect(world.ledger).toMatchObject({ reasons: { started: 4, paused: 1 }, undecided: 0 });
  });

  test('of what was released', async () => {
    const world = await stormWorld(['a', 'b', 'c']);
    await world.deps.storms.change(world.input.storm.stormId, { phase: 'released' }, ['holding']);
    expect(await triaged(world)).toMatchObject({ result: 'released', job: null });
  });
});

test('alerts that come after it join the storm', async () => {
  const world = await stormWorld();
  await triaged(world);
  await world.deliver(['f', 'g']);
  expect(world.ledger).toMatchObject({ accepted: 7, reasons: { started: 2, storm_triaged: 5 } });
});

describe('done twice it is done once', () => {
  test.each([{}, { config: { maxSessionsPerDay: 2 } }])('%j', async (config) => {
    const world = await stormWorld(five, config);
    const first = await triaged(world);
    const state = structuredClone(world.world.state());
    const second = await triaged(world);
    expect({ ...second, sentence: '' }).toEqual({ ...first, sentence: '' });
    expect(world.world.state()).toEqual(state);
  });

  test('also broken off at any call, before or after its work', async () => {
    const play = async (at?: Interruption) => {
      const world = await stormWorld();
      const { deps, calls } = interrupted(world.deps, at);
      const once = await triaged(world, deps).catch(() => triaged(world));
      return { world, calls: calls(), once };
    };
    const { world: undisturbed, calls, once } = await play();
    for (let call = 1; call <= calls; call++) {
      for (const when of ['before', 'after'] as const) {
        const played = await play({ call, when, kind: 'fails' });
        expect(played.world.world.state(), `${when} call ${call}`).toEqual(undisturbed.world.state());
        expect(played.once.job, `${when} call ${call}`).toEqual(once.job);
      }
    }
  });
});
