import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoutingStores } from '../../../functions/ports.ts';
import { storeKinds } from '../../support/store-kinds.ts';

describe.each(storeKinds)('the pause switch in $kind', ({ start }) => {
  let stop: () => Promise<void>;
  let stores: RoutingStores;
  beforeAll(async () => {
    ({ stores, stop } = await start());
  });
  afterAll(() => stop());

  test('the switch is as it was set last, for everybody', async () => {
    expect(await stores.switch.read()).toBeUndefined();
    const paused = { paused: true, by: 'alice', at: '2027-03-01T12:00:00.000Z', reason: 'Deploying' };
    await stores.switch.write('starts', paused);
    expect(await stores.switch.read()).toEqual(paused);
    const resumed = { paused: false, by: 'bob', at: '2027-03-01T13:00:00.000Z' };
    await stores.switch.write('starts', resumed);
    expect(await stores.switch.read()).toEqual(resumed);
  });
});
