import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../functions/contract/outcomes.ts';
import { jobIdOf } from '../../functions/domain/job/job-id.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import {
  relayId,
  sampleDelivery,
  sampleIntegration,
  sampleOccurrence,
  sampleRule,
} from '../support/fakes/alert-samples.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

const at = (minute: number) => `2027-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`;

/** An alert of an incident, which fires in a minute of its own. */
const fires = (minute: number, { title = 'Checkout is down', incident = `v1:${minute}` } = {}) => ({
  delivery: sampleDelivery({
    deliveryId: `dlv_${minute}`,
    receivedAt: at(minute),
    items: [
      {
        alertId: `alr_${minute}`,
        occurrence: sampleOccurrence({ title, fingerprint: incident, startsAt: at(minute), startsApart: true }),
      },
    ],
  }),
  minute,
});

/** Routes the alerts one after the other; what each came to. */
async function reasons(world: RoutingWorld, ...alerts: ReturnType<typeof fires>[]): Promise<string[]> {
  for (const { delivery, minute } of alerts) {
    expect(await routeAlerts(world.deps(fakeClock(at(minute))), [delivery])).toEqual([undefined]);
  }
  return alerts.map(({ minute }) => {
    const decision = [...world.decisions.values()].find(({ alertId }) => alertId === `alr_${minute}`);
    return decision?.reason ?? 'none';
  });
}

const balanced = (world: RoutingWorld) => world.stores.ledgerDay(relayId, '2027-03-01');

describe('the same title', () => {
  test('starts no second session while one works on it, whatever values it holds', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const alerts = [fires(1, { title: 'Error rate 5 %' }), fires(2, { title: 'error rate  7.5%' }), fires(3)];
    expect(await reasons(world, ...alerts)).toEqual(['started', 'same_title_running', 'started']);
    const [second] = [...world.decisions.values()].filter(({ reason }) => reason === 'same_title_running');
    expect(second?.sentence).toContain(jobIdOf('alr_1', 'rul_1'));
    expect(balanced(world)).toMatchObject({
      accepted: 3,
      undecided: 0,
      reasons: { started: 2, same_title_running: 1 },
    });
  });

  test('starts one again once that has ended, or has held the title for a day', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await reasons(world, fires(1));
    world.endSessions('session_failed');
    expect(await reasons(world, fires(2), fires(3))).toEqual(['started', 'same_title_running']);
    const tomorrow = sampleDelivery({
      deliveryId: 'dlv_9',
      items: [{ alertId: 'alr_9', occurrence: sampleOccurrence({ title: 'Checkout is down', fingerprint: 'v1:9' }) }],
    });
    await routeAlerts(world.deps(fakeClock('2027-03-02T12:02:00.000Z')), [tomorrow]);
    expect(world.executions.has(jobIdOf('alr_9', 'rul_1'))).toBe(true);
  });

  test('is free again where its router broke off before it made the job', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const deps = world.deps(fakeClock(at(1)));
    const jobs = { ...deps.jobs, createWithAlert: () => Promise.reject(new Error('down')) };
    await routeAlerts({ ...deps, jobs }, [fires(1).delivery]);
    expect(await reasons(world, fires(2))).toEqual(['started']);
  });

  test('does not keep another rule from the same alert', async () => {
    const world = new RoutingWorld([sampleRule(), sampleRule({ id: 'rul_2' })]);
    await reasons(world, fires(1));
    expect(world.executions.size).toBe(2);
  });
});

describe('an incident that fires anew', () => {
  const again = (minute: number) =>
    fires(minute, { title: `Other words, ${String.fromCharCode(97 + minute)}`, incident: 'v1:same' });
  const after = async (outcome: Outcome, { cleared = false, cooldownSeconds = 600 } = {}) => {
    const world = new RoutingWorld([sampleRule({}, { config: { cooldownSeconds } })]);
    await reasons(world, again(0));
    world.endSessions(outcome, at(1));
    if (cleared) await world.deps().alerts.resolve('alr_0', at(1), 'alertmanager');
    return (minute: number) => reasons(world, again(minute)).then(([reason]) => reason);
  };

  test.each<[outcome: Outcome, options: object, minute: number, reason: string]>([
    ['diff_ready', {}, 10, 'cooldown'],
    ['diff_ready', { cleared: true }, 10, 'cooldown'],
    ['diff_ready', {}, 11, 'started'],
    ['no_changes', {}, 50, 'cooldown'],
    ['no_changes', { cleared: true }, 2, 'started'],
    ['blocked', {}, 50, 'cooldown'],
    ['session_failed', {}, 2, 'started'],
  ])('after %s %o, in minute %i: %s', async (outcome, options, minute, reason) => {
    expect(await (await after(outcome, options))(minute)).toBe(reason);
  });
});

describe('budgets of a day', () => {
  test('of the rule: what is over it is suppressed, with the sum in the sentence', async () => {
    const world = new RoutingWorld([sampleRule({}, { config: { maxSessionsPerDay: 1 } })]);
    const given = await reasons(world, fires(1, { title: 'a is down' }), fires(2, { title: 'b is down' }));
    expect(given).toEqual(['started', 'budget']);
    const [input] = [...world.executions.values()];
    expect(input?.budgets).toEqual({ day: '2027-03-01', scopes: ['rule:rul_1'] });
    expect([...world.decisions.values()].at(-1)?.sentence).toMatch(/rule.*1/);
  });

  test('of the integration and of the whole stack', async () => {
    const integration = { ...sampleIntegration, metadata: { maxSessionsPerDay: 5, maxConcurrentSessions: 2 } };
    const world = new RoutingWorld([sampleRule()], { integrations: [integration] });
    const deps = { ...world.deps(fakeClock(at(1))), stackBudget: { maxSessionsPerDay: 1 } };
    await routeAlerts(deps, [fires(1, { title: 'a is down' }).delivery]);
    await routeAlerts(deps, [fires(2, { title: 'b is down' }).delivery]);
    expect(world.ledger()).toEqual(['rul_1 budget 1', 'rul_1 started 1']);
    const [input] = [...world.executions.values()];
    expect(input).toMatchObject({ budgets: { scopes: ['integration:int_1', 'stack'] }, maxConcurrent: 2 });
  });
});

test('a delivery that its sender sent once more is counted, and does nothing', async () => {
  const world = new RoutingWorld([sampleRule()]);
  const first = fires(1).delivery;
  const repeat = { ...first, deliveryId: 'dlv_repeat', repeatOf: first.deliveryId };
  await routeAlerts(world.deps(), [repeat, first]);
  expect(world.ledger()).toEqual(['rul_1 duplicate_delivery 1', 'rul_1 started 1']);
  expect(world.executions.size).toBe(1);
  expect(balanced(world)).toMatchObject({ deliveries: 2, accepted: 2, undecided: 0 });
});

test('while starts are paused everything is decided, and nothing starts', async () => {
  const world = new RoutingWorld([sampleRule(), sampleRule({ id: 'rul_2', enabled: false })]);
  world.pauseSwitch = { paused: true, by: 'ana', at: at(0), reason: 'deploying' };
  await reasons(world, fires(1));
  expect(world.executions.size).toBe(0);
  expect(world.ledger()).toEqual(['rul_1 paused 1', 'rul_2 rule_disabled 1']);
  expect(world.alerts.get('alr_1')?.routedAt).toBeDefined();
});
