import { beforeEach, describe, expect, test } from 'vitest';
import { triageStorm } from '../../../functions/decisions/storms/triage-storm.ts';
import { sampleCatalogue, serviceEntry } from '../../support/fakes/catalogues.ts';
import { idOf, iso, StormWorld } from '../../support/fakes/storm-world.ts';

describe('a storm of several services', () => {
  let world: StormWorld;
  beforeEach(async () => {
    world = new StormWorld({ config: { catalogue: true } });
    const entries = [serviceEntry('checkout'), serviceEntry('search')];
    world.world.rows.catalogue.push(sampleCatalogue(entries));
    await world.deliver(['a', 'b', 'c', 'd'], { service: 'checkout' });
    await world.deliver(['e'], { service: 'search', severity: 'critical' });
    world.second = 15;
  });
  const triaged = () => triageStorm(world.deps, { ...world.input, at: iso(15), isLate: false });

  test('has its one session where the alert belongs that stands for it', async () => {
    const { job } = await triaged();
    expect(job?.input).toMatchObject({
      alert: { id: idOf('e') },
      storm: { alerts: 3 },
      catalogue: { version: 1, entry: 'search' },
      session: { directory: '/srv/search' },
    });
  });

  test('has none where the entry has gone meanwhile', async () => {
    world.world.rows.catalogue.push(sampleCatalogue([serviceEntry('checkout')], 2));
    expect(await triaged()).toMatchObject({ result: 'not_dispatched', reason: 'no_service' });
    expect(world.ledger.reasons).toMatchObject({ no_service: 3 });
  });
});
