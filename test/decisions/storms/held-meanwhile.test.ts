import { expect, test } from 'vitest';
import { triageStorm } from '../../../functions/decisions/storms/triage-storm.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { receivedAt, sampleDelivery, sampleOccurrence } from '../../support/fakes/alert-samples.ts';
import { idOf, iso, StormWorld } from '../../support/fakes/storm-world.ts';

test('an alert that is held while its storm ends without a session is decided anew', async () => {
  const world = new StormWorld();
  await world.deliver(['a', 'b', 'c', 'd', 'e']);
  world.second = 5;
  await world.deliver(['a', 'b', 'c', 'd', 'e'], { status: 'resolved' });
  world.second = 80;
  const { input, deps } = world;
  let triaged = false;
  const addHeld: typeof deps.storms.addHeld = async (...held) => {
    if (!triaged) {
      triaged = true;
      const { result } = await triageStorm(world.deps, { ...input, at: iso(80), isLate: false });
      expect(result).toBe('not_dispatched');
    }
    return deps.storms.addHeld(...held);
  };
  const occurrence = sampleOccurrence({
    fingerprint: 'v1:x',
    title: 'Alert x',
    severity: 'high',
    startsAt: receivedAt,
  });
  const items = [{ alertId: idOf('x'), occurrence }];
  const delivery = sampleDelivery({ deliveryId: 'dlv_x', receivedAt: iso(80), items });
  expect(await routeAlerts({ ...deps, storms: { ...deps.storms, addHeld } }, [delivery])).toEqual([undefined]);
  const decision = [...world.world.decisions.values()].find(({ alertId }) => alertId === idOf('x'));
  expect(decision).toMatchObject({ reason: 'started' });
});
