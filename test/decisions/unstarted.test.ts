import { describe, expect, test } from 'vitest';
import { triageStorm } from '../../functions/decisions/storms/triage-storm.ts';
import { jobIdOf } from '../../functions/domain/job/job-id.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { receivedAt, relayId, sampleDelivery, sampleOccurrence, sampleRule } from '../support/fakes/alert-samples.ts';
import { idOf, iso, StormWorld } from '../support/fakes/storm-world.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

const throttled = { start: () => Promise.reject(new Error('ThrottlingException')) };

function delivery(second: number, ...names: string[]) {
  const occurrence = (name: string) =>
    sampleOccurrence({ fingerprint: `v1:${name}`, title: 'Disk full', severity: 'high', startsAt: receivedAt });
  const items = names.map((name) => ({ alertId: idOf(name), occurrence: occurrence(name) }));
  return sampleDelivery({ deliveryId: `dlv_${names.join('')}`, receivedAt: iso(second), items });
}

describe('a start that is throttled for longer than the window', () => {
  const first = delivery(0, 'a', 'b', 'c', 'd', 'e');
  const started = (world: StormWorld) => [...world.world.executions.keys()];

  test('is not what a storm of the same title counts on: that has a session of its own', async () => {
    const world = new StormWorld();
    for (const second of [0, 10, 40]) {
      world.second = second;
      const [failure] = await routeAlerts({ ...world.deps, executions: throttled }, [first]);
      expect(failure).toBeDefined();
    }
    const triage = await triageStorm(world.deps, { ...world.input, at: iso(41), isLate: false });
    expect(triage.result).toBe('dispatched');
    for (const second of [50, 90, 120]) {
      world.second = second;
      await routeAlerts(world.deps, [delivery(second, `x${second}`)]);
    }
    world.second = 130;
    expect(await routeAlerts(world.deps, [first])).toEqual([undefined]);
    expect(started(world)).toEqual([]);
    const cancelled = world.world.jobs.get(jobIdOf(idOf('a'), 'rul_1'));
    expect(cancelled?.collected).toMatchObject({ outcome: 'cancelled' });
  });

  test('waits like any other where the alerts after it are held by then; their storm takes it up', async () => {
    const world = new StormWorld({ stormWindowSeconds: 10 });
    for (const second of [0, 10]) {
      world.second = second;
      await routeAlerts({ ...world.deps, executions: throttled }, [first]);
    }
    for (const second of [12, 18, 24, 30, 36]) {
      world.second = second;
      await routeAlerts(world.deps, [delivery(second, `x${second}`)]);
    }
    world.second = 40;
    expect(await routeAlerts(world.deps, [first])).toEqual([undefined]);
    world.second = 60;
    expect((await triageStorm(world.deps, { ...world.input, at: iso(60), isLate: false })).result).toBe('dispatched');
    const storm = jobIdOf(world.input.storm.stormId, 'rul_1');
    const open = [...world.world.jobs.values()].filter((job) => !job.executionArn && !job.finishedAt);
    expect(open.map(({ id }) => id)).toEqual([storm]);
  });
});

describe('a relay run whose start failed, while its rules are changed', () => {
  const [one, two] = [1, 2].map((order) => sampleRule({ id: `rul_${order}`, group: 'one', order }));
  const job = jobIdOf(idOf('a'), 'rul_1');
  const alert = delivery(0, 'a');

  const there = (rules: (Rule | undefined)[]) => rules.filter((rule) => rule !== undefined);
  async function retried(before: (Rule | undefined)[], after: (Rule | undefined)[]): Promise<RoutingWorld> {
    const world = new RoutingWorld(there(before));
    const [failure] = await routeAlerts({ ...world.deps(), relayRuns: throttled }, [alert]);
    expect(failure).toBeDefined();
    const changed = world.under(...there(after));
    expect(await routeAlerts(changed.deps(), [alert])).toEqual([undefined]);
    return changed;
  }
  const stepsOf = (world: RoutingWorld) =>
    [...world.runs.values()].flatMap(({ groups }) => groups.map(({ steps }) => steps.map(({ ruleId }) => ruleId)));

  test('starts the first session by itself where no other rule is left', async () => {
    const world = await retried([one, two], [one]);
    expect([...world.executions.keys()]).toEqual([job]);
    expect(stepsOf(world)).toEqual([]);
  });

  test('starts what was decided also where its rule was switched off or deleted', async () => {
    for (const after of [[one && { ...one, enabled: false }, two], [two]]) {
      const world = await retried([one, two], after);
      expect([...world.executions.keys()]).toEqual([job]);
      expect(stepsOf(world)).toEqual([['rul_2']]);
    }
  });

  test('comes again where the first session could not be started either', async () => {
    const world = new RoutingWorld(there([one, two]));
    await routeAlerts({ ...world.deps(), relayRuns: throttled }, [alert]);
    const changed = world.under(...there([two]));
    const executions = { start: () => Promise.reject(new Error('no execution')) };
    expect(await routeAlerts({ ...changed.deps(), executions }, [alert])).toEqual([
      { entries: 1, error: new Error('no execution') },
    ]);
    expect([...changed.alerts.values()].map(({ routedAt }) => routedAt)).toEqual([undefined]);
  });

  test('keeps the turn of a rule that has no delay any more', async () => {
    const world = await retried([one && { ...one, delayMinutes: 5 }], [one]);
    expect(stepsOf(world)).toEqual([['rul_1']]);
  });

  test('leaves nothing scheduled where the alert was resolved meanwhile, by whoever it was', async () => {
    for (const isSaid of [true, false]) {
      const world = new RoutingWorld(there([one, two]));
      await routeAlerts({ ...world.deps(), relayRuns: throttled }, [alert]);
      const over = delivery(5, 'a').items.map(({ alertId, occurrence }) => ({
        alertId,
        occurrence: { ...occurrence, status: 'resolved' as const },
      }));
      if (isSaid) await routeAlerts(world.deps(), [{ ...alert, deliveryId: 'dlv_over', items: over }]);
      else await world.deps().alerts.resolve(idOf('a'), iso(5), 'alice');
      expect(await routeAlerts(world.deps(), [alert])).toEqual([undefined]);
      expect(world.ledger().filter((line) => line.includes('scheduled'))).toEqual([]);
      expect(world.stores.ledgerDay(relayId, '2027-03-01').undecided).toBe(0);
    }
  });

  test('keeps the turn of a rule that was switched off: there it is told so', async () => {
    const world = await retried([one && { ...one, delayMinutes: 5 }], [one && { ...one, enabled: false }]);
    expect(stepsOf(world)).toEqual([['rul_1']]);
  });
});
