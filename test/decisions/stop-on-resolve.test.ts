import { describe, expect, test } from 'vitest';
import { stopOnResolve } from '../../functions/decisions/stop-on-resolve.ts';
import { jobIdOf, jobIdOfRound } from '../../functions/domain/job/job-id.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { alertId, sampleDelivery, sampleOccurrence, sampleRule } from '../support/fakes/alert-samples.ts';
import { sampleJob } from '../support/fakes/samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

const stopping = sampleRule({ id: 'rul_1' }, { config: { onResolve: 'stop' } });
const continuing = sampleRule({ id: 'rul_2' });
const job = jobIdOf(alertId, stopping.id);
const firing = sampleDelivery();
const resolved = sampleDelivery({
  deliveryId: 'dlv_2',
  receivedAt: '2027-03-01T12:30:00.000Z',
  items: [{ alertId, occurrence: sampleOccurrence({ status: 'resolved' }) }],
});

describe('a resolved entry', () => {
  test('stops the session of a rule that says so, and of no other', async () => {
    const world = new RoutingWorld([stopping, continuing]);
    await routeAlerts(world.deps(), [firing, resolved]);
    expect(world.executions.size).toBe(2);
    expect([...world.stopped]).toEqual([job]);
  });

  test('stops it also when the rule was switched off meanwhile', async () => {
    const world = new RoutingWorld([stopping]);
    await routeAlerts(world.deps(), [firing]);
    const off = world.under({ ...stopping, enabled: false });
    await routeAlerts(off.deps(), [resolved]);
    expect([...off.stopped]).toEqual([job]);
  });

  test('that is routed while the session starts stops it too', async () => {
    const world = new RoutingWorld([stopping]);
    const deps = world.deps();
    const executions = {
      start: async (...[name, input]: Parameters<typeof deps.executions.start>) => {
        await deps.alerts.resolve(alertId, resolved.receivedAt, 'alertmanager');
        return deps.executions.start(name, input);
      },
    };
    await routeAlerts({ ...deps, executions }, [firing]);
    expect([...world.stopped]).toEqual([job]);
  });

  test('comes again where the stop failed', async () => {
    const world = new RoutingWorld([stopping]);
    const deps = world.deps();
    await routeAlerts(deps, [firing]);
    const down = { stop: () => Promise.reject(new Error('throttled')) };
    expect(await routeAlerts({ ...deps, stopper: down }, [resolved])).toMatchObject([{ entries: 1 }]);
    expect(await routeAlerts(deps, [resolved])).toEqual([undefined]);
    expect([...world.stopped]).toEqual([job]);
  });
});

describe('stopping the sessions of an alert', () => {
  const stopped = async (stored: ReturnType<typeof sampleJob> | undefined) => {
    const stops: [name: string, cause: string][] = [];
    const stopper = { stop: async (name: string, cause: string) => stops.push([name, cause]) > 0 };
    const jobs = { get: async (id: string) => (stored && id === job ? { ...stored, id } : undefined) };
    await stopOnResolve({ jobs, stopper }, { id: alertId }, [stopping, continuing]);
    return stops;
  };

  test('names alert and rule as the cause', async () => {
    const cause = `alert ${alertId} was resolved, and rule "Fix checkout" says onResolve: "stop".`;
    expect(await stopped(sampleJob())).toEqual([[job, cause]]);
  });

  test('knows the later rounds of a relay run, also where others had no session', async () => {
    const rounds = [2, 4].map((round) => jobIdOfRound(alertId, stopping.id, round));
    const stops: string[] = [];
    const jobs = { get: async (id: string) => (rounds.includes(id) ? { ...sampleJob(), id } : undefined) };
    const stopper = { stop: async (name: string) => stops.push(name) > 0 };
    await stopOnResolve({ jobs, stopper }, { id: alertId }, [stopping]);
    expect(stops).toEqual(rounds);
  });

  test.each([
    ['there is none', undefined],
    ['it is settled', sampleJob({ finishedAt: '2027-03-01T12:10:00.000Z' })],
  ])('leaves alone where %s', async (_, stored) => expect(await stopped(stored)).toEqual([]));
});
