import { describe, expect, test } from 'vitest';
import { statusChangeSchema } from '../../../functions/contract/status-change.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import { relayRunOf } from '../../../functions/domain/relay-run/relay-run.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { runStopped } from '../../../functions/relay-run/run-stopped/run-stopped.ts';
import { alertId, sampleAlert, sampleDelivery, sampleRelay, sampleRule } from '../../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';

const rules = [sampleRule({ id: 'a', order: 0, group: 'g' }), sampleRule({ id: 'b', order: 1, group: 'g' })];
const run = relayRunOf({
  alert: sampleAlert(),
  relay: sampleRelay,
  rules,
  delivery: { deliveryId: 'dlv_1', webhookId: 'wh_1', format: 'alertmanager' },
  reasons: new Map([
    ['a', 'started'],
    ['b', 'scheduled'],
  ]),
});
const event = (status: string, input: unknown = run) =>
  statusChangeSchema.parse({ detail: { executionArn: 'arn', name: run?.runId, status, input: JSON.stringify(input) } });

/** Routed; the run is stopped before it has started the session. */
async function routed() {
  const world = new RoutingWorld(rules);
  const deps = { ...world.deps(), runs: { read: async () => undefined } };
  await routeAlerts({ ...deps, relayRuns: { start: async () => 'arn:run' } }, [sampleDelivery()]);
  return { world, deps };
}

describe('a run that did not succeed', () => {
  test.each([
    ['ABORTED', 'was stopped', 'cancelled'],
    ['TIMED_OUT', 'time limit', 'relay_failed'],
    ['FAILED', 'failed', 'relay_failed'],
  ])('%s: what had its turn before it is settled, with the reason', async (status, words, outcome) => {
    const { world, deps } = await routed();
    expect(await runStopped(deps, event(status))).toEqual({ status: 'decided' });
    expect(world.ledger()).toEqual(['a started 1', 'b not_needed 1']);
    const decision = [...world.decisions.values()].find(({ reason }) => reason === 'not_needed');
    expect(decision?.sentence).toContain(words);
    expect(world.jobs.get(jobIdOf(alertId, 'a'))?.collected).toMatchObject({ outcome });
  });

  test('a session that was just being started is stopped, not settled', async () => {
    const { world, deps } = await routed();
    const id = jobIdOf(alertId, 'a');
    const job = world.jobs.get(id);
    if (job) world.executions.set(id, job.input);
    await runStopped(deps, event('ABORTED'));
    expect([...world.stopped]).toEqual([id]);
    expect(world.jobs.get(id)?.finishedAt).toBeUndefined();
  });

  test('of an alert that is gone there is nothing to settle', async () => {
    const { world, deps } = await routed();
    world.alerts.clear();
    expect(await runStopped(deps, event('ABORTED'))).toEqual({ status: 'unknown_alert' });
  });

  test('an event of another machine is refused', async () => {
    const { deps } = await routed();
    await expect(runStopped(deps, event('ABORTED', { stormId: 'stm_1' }))).rejects.toThrow('no input of a relay run');
    expect(() => event('SUCCEEDED')).toThrow();
  });

  test('an event without its input is ended through the execution, and one that is gone is left alone', async () => {
    const { world, deps } = await routed();
    const bare = statusChangeSchema.parse({
      detail: { executionArn: 'arn', name: run?.runId, status: 'FAILED', input: null },
    });
    expect(await runStopped(deps, bare)).toEqual({ status: 'unknown_run' });
    const ended = { status: 'FAILED' as const, error: undefined, cause: undefined, endedAt: undefined };
    const runs = { read: async () => ({ ...ended, input: JSON.stringify(run) }) };
    expect(await runStopped({ ...deps, runs }, bare)).toEqual({ status: 'decided' });
    expect(world.ledger()).toEqual(['a started 1', 'b not_needed 1']);
  });
});
