import { describe, expect, test } from 'vitest';
import { type Outcome, outcomes, retriedOutcomes } from '../../functions/contract/outcomes.ts';
import { decideDeferred } from '../../functions/decisions/decide-deferred.ts';
import { failedWorkOf } from '../../functions/decisions/failed-work.ts';
import { jobIdOf, jobIdOfRetry } from '../../functions/domain/job/job-id.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import {
  alertId,
  receivedAt,
  relayId,
  sampleDelivery,
  sampleOccurrence,
  sampleRelay,
  sampleRule,
} from '../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

const minutesLater = (minutes: number): string => new Date(Date.parse(receivedAt) + minutes * 60_000).toISOString();

/** Routed and ended as it says, half a minute later. */
async function ended(outcome: Outcome, world = new RoutingWorld([sampleRule()])) {
  await routeAlerts(world.deps(), [sampleDelivery()]);
  world.endSessions(outcome);
  return world;
}

async function repeat(world: RoutingWorld, minutes: number): Promise<void> {
  const clock = { now: () => new Date(minutesLater(minutes)), sleep: async () => undefined };
  const deliveryId = `dlv_repeat_${minutes}`;
  const items = [{ alertId, occurrence: sampleOccurrence() }];
  const delivery = sampleDelivery({ deliveryId, receivedAt: minutesLater(minutes), items });
  await routeAlerts({ ...world.deps(), clock }, [delivery]);
}

const own = jobIdOf(alertId, 'rul_1');
const retry = (count: number): string => jobIdOfRetry(alertId, 'rul_1', count);

describe('a repeat of an alert whose session ended', () => {
  test.each(retriedOutcomes)('with %s has the rule try again, once', async (outcome) => {
    const world = await ended(outcome);
    await repeat(world, 10);
    await repeat(world, 11);
    expect([...world.executions.keys()]).toEqual([own, retry(1)]);
    expect(world.executions.get(retry(1))?.why).toMatchObject({ reason: 'retried' });
    expect(world.executions.get(retry(1))?.why.sentence).toContain(`(job ${own}) ended with ${outcome}`);
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 1', 'rul_1 retried 1', 'rul_1 started 1']);
  });

  test.each(outcomes.filter((outcome) => !retriedOutcomes.some((retried) => retried === outcome)))(
    'with %s starts nothing',
    async (outcome) => {
      const world = await ended(outcome);
      await repeat(world, 600);
      expect([...world.executions.keys()]).toEqual([own]);
    },
  );

  test('waits longer after each failure, and gives up after twelve sessions', async () => {
    const world = await ended('server_unreachable');
    await repeat(world, 5);
    expect(world.executions.size).toBe(1);
    await repeat(world, 6);
    expect(world.executions.size).toBe(2);
    world.endSessions('server_unreachable', minutesLater(7));
    await repeat(world, 21);
    expect(world.executions.size).toBe(2);
    let minute = 22;
    for (let attempt = 3; attempt <= 12; attempt++, minute += 361) {
      await repeat(world, minute);
      expect(world.executions.size).toBe(attempt);
      world.endSessions('server_unreachable', minutesLater(minute + 1));
    }
    await repeat(world, minute + 10_000);
    expect(world.executions.size).toBe(12);
  });

  test('tries a failed delivery of the repeat again without a further session', async () => {
    const world = await ended('session_lost');
    const deps = { ...world.deps(), clock: { now: () => new Date(minutesLater(10)), sleep: async () => undefined } };
    const delivery = sampleDelivery({ deliveryId: 'dlv_2', receivedAt: minutesLater(10) });
    const record = () => Promise.reject(new Error('throttled'));
    const broken = { ...deps, decisions: { ...deps.decisions, record } };
    await routeAlerts(broken, [delivery]);
    expect([...world.executions.keys()]).toEqual([own, retry(1)]);
    await routeAlerts(deps, [delivery]);
    expect([...world.executions.keys()]).toEqual([own, retry(1)]);
    expect(world.ledger()).toEqual(['rul_1 retried 1', 'rul_1 started 1']);
  });

  test('starts nothing while starts are paused, for a closed alert, or where the rule is switched off', async () => {
    const paused = await ended('relay_failed');
    paused.pauseSwitch = { paused: true, by: 'admin', at: receivedAt, reason: 'deploy' };
    await repeat(paused, 10);
    expect(paused.executions.size).toBe(1);
    const switchedOff = (await ended('relay_failed')).under(sampleRule({ enabled: false }));
    await repeat(switchedOff, 10);
    expect(switchedOff.executions.size).toBe(1);
  });

  test('is held to the budgets, and asks again', async () => {
    const world = await ended('relay_failed', new RoutingWorld([sampleRule({}, { config: { maxSessionsPerDay: 1 } })]));
    await repeat(world, 10);
    expect(world.ledger()).toEqual(['rul_1 budget 1', 'rul_1 started 1']);
    await repeat(world, 24 * 60);
    expect(world.ledger()).toEqual(['rul_1 budget 1', 'rul_1 retried 1', 'rul_1 started 1']);
  });

  test('leaves the alert to a rule of its group that is at work or came to a result', async () => {
    const rules = [sampleRule({ id: 'a', group: 'g' }), sampleRule({ id: 'b', group: 'g', order: 1 })];
    const world = new RoutingWorld(rules);
    await routeAlerts(world.deps(), [sampleDelivery()]);
    world.endSessions('server_unreachable');
    await repeat(world, 10);
    // Its run has a step before it still.
    expect(world.executions.size).toBe(1);
    await decideDeferred(world.deps(), { alertId, ruleId: 'b', from: 'scheduled', startsExecution: true });
    world.endSessions('no_changes');
    await repeat(world, 20);
    expect(world.executions.size).toBe(2);
  });

  test('begins its group anew where no rule came to a result', async () => {
    const rules = [sampleRule({ id: 'a', group: 'g' }), sampleRule({ id: 'b', group: 'g', order: 1 })];
    const world = new RoutingWorld(rules);
    await routeAlerts(world.deps(), [sampleDelivery()]);
    world.endSessions('server_unreachable');
    await decideDeferred(world.deps(), { alertId, ruleId: 'b', from: 'scheduled', startsExecution: true });
    world.endSessions('session_lost');
    await repeat(world, 10);
    expect([...world.executions.keys()].at(-1)).toBe(jobIdOfRetry(alertId, 'a', 1));
    expect(world.ledger()).toEqual(['a retried 1', 'a started 1', 'b not_needed 1', 'b started 1']);
  });

  test('waits for the rounds that its run may still make', async () => {
    const relay = { ...sampleRelay, repeatPolicy: 'once' as const };
    const world = await ended('server_unreachable', new RoutingWorld([sampleRule()], { relay }));
    await repeat(world, 15);
    expect(world.executions.size).toBe(1);
    await repeat(world, 30);
    expect(world.executions.size).toBe(2);
  });
});

describe('an alert whose title another one had', () => {
  const second = { fingerprint: 'v1:other' };
  const secondId = 'alr_other';
  async function both(outcome: Outcome): Promise<RoutingWorld> {
    const world = new RoutingWorld([sampleRule()]);
    await routeAlerts(world.deps(), [sampleDelivery()]);
    await deliverSecond(world, 0);
    expect(world.ledger()).toEqual(['rul_1 same_title_running 1', 'rul_1 started 1']);
    world.endSessions(outcome);
    await deliverSecond(world, 10);
    return world;
  }
  async function deliverSecond(world: RoutingWorld, minutes: number): Promise<void> {
    const clock = { now: () => new Date(minutesLater(minutes)), sleep: async () => undefined };
    const items = [{ alertId: secondId, occurrence: sampleOccurrence(second) }];
    const delivery = { deliveryId: `dlv_second_${minutes}`, receivedAt: minutesLater(minutes), items };
    await routeAlerts({ ...world.deps(), clock }, [sampleDelivery(delivery)]);
  }

  test.each(['server_unreachable', 'session_failed', 'attempts_exhausted'] as const)(
    'has its own session where that ended with %s',
    async (outcome) => {
      const world = await both(outcome);
      expect(world.executions.get(jobIdOf(secondId, 'rul_1'))?.why.sentence).toContain('worked on its title');
    },
  );

  test.each(['diff_ready', 'no_changes', 'blocked', 'cancelled'] as const)(
    'is left alone after %s',
    async (outcome) => {
      expect((await both(outcome)).executions.size).toBe(1);
    },
  );
});

test('work that nobody knows anything of is no failed work', async () => {
  const world = new RoutingWorld([sampleRule()]);
  await routeAlerts(world.deps(), [sampleDelivery()]);
  const alert = world.alerts.get(alertId);
  if (!alert) throw new Error('There is no alert');
  const relayRules = { relay: sampleRelay, rules: [sampleRule()] };
  expect(await failedWorkOf(world.deps(), alert, relayRules)).toEqual([]);
  world.jobs.clear();
  expect(await failedWorkOf(world.deps(), { ...alert, relayId }, relayRules)).toEqual([]);
});
