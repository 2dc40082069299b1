import { describe, expect, test } from 'vitest';
import { jobIdOf } from '../../functions/domain/job/job-id.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { alertId, sampleDelivery, sampleOccurrence, sampleRule } from '../support/fakes/alert-samples.ts';
import { sampleCollected, sampleRef } from '../support/fakes/samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

const rule = sampleRule({ id: 'rul_1' });
const id = jobIdOf(alertId, rule.id);
const firing = sampleDelivery();
const entry = (status: 'resolved' | 'update') =>
  sampleDelivery({
    deliveryId: `dlv_${status}`,
    receivedAt: '2027-03-01T12:30:00.000Z',
    items: [{ alertId, occurrence: sampleOccurrence({ status }) }],
  });

/** A firing alert whose start was throttled: the job is there, and no execution. */
async function throttled(): Promise<RoutingWorld> {
  const world = new RoutingWorld([rule]);
  const executions = { start: () => Promise.reject(new Error('throttled')) };
  expect(await routeAlerts({ ...world.deps(), executions }, [firing])).toMatchObject([{ entries: 1 }]);
  expect(world.jobs.get(id)).not.toHaveProperty('finishedAt');
  return world;
}
/** The same, under other rules. */
const under = (world: RoutingWorld, ...rules: Rule[]) => world.under(...rules);
const route = async (world: RoutingWorld, ...deliveries: ReturnType<typeof entry>[]) => {
  for (const delivery of deliveries) expect(await routeAlerts(world.deps(), [delivery])).toEqual([undefined]);
};

describe('a job whose start failed', () => {
  test('is cancelled where the alert is over before the delivery comes again', async () => {
    const world = await throttled();
    await route(world, entry('resolved'), firing);
    const cause = expect.stringMatching(/^The sender says that the alert .* is over. It had not started.$/);
    expect(world.jobs.get(id)).toMatchObject({
      collected: { outcome: 'cancelled', cause },
      finishedAt: expect.any(String),
    });
    expect(world.executions.size).toBe(0);
    expect(world.ledger()).toEqual(['rul_1 resolved 2']);
  });

  test('is cancelled where the rule is switched off before', async () => {
    const world = under(await throttled(), { ...rule, enabled: false });
    await route(world, firing);
    expect(world.jobs.get(id)).toMatchObject({ collected: { outcome: 'cancelled' } });
    expect(world.ledger()).toEqual(['rul_1 rule_disabled 1']);
  });

  test('waits for its start where an entry says nothing of it', async () => {
    const world = await throttled();
    await route(world, entry('update'));
    expect(world.jobs.get(id)).not.toHaveProperty('finishedAt');
    await route(world, firing);
    expect([...world.executions.keys()]).toEqual([id]);
  });

  test('does not start once it is settled, and the ledger says why', async () => {
    const world = await throttled();
    await world.deps().jobs.finish(id, sampleCollected({ outcome: 'cancelled' }), '2027-03-01T12:10:00.000Z');
    await route(world, firing);
    expect(world.executions.size).toBe(0);
    const sentence = expect.stringMatching(/ The job was cancelled before it started\.$/);
    expect([...world.decisions.values()]).toMatchObject([{ reason: 'started', jobId: id, count: 1, sentence }]);
  });

  test.each([
    ['runs though that was not noted', { session: sampleRef() }],
    ['was started', { executionArn: 'arn' }],
  ])('is left alone where it %s', async (_, changes) => {
    const world = under(await throttled(), { ...rule, enabled: false });
    const job = world.jobs.get(id);
    if (job) world.jobs.set(id, { ...job, ...changes });
    await route(world, firing);
    expect(world.jobs.get(id)).not.toHaveProperty('finishedAt');
    expect(world.stopped.size).toBe(0);
  });
});
