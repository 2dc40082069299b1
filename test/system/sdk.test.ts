import { BeepsClient } from '@beepsdev/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callSdk, isOnCall, sdkCalls } from '../support/system/sdk-calls.ts';
import { sdkTable } from '../support/system/sdk-table.ts';
import { type SdkWorld, startSdkWorld } from '../support/system/sdk-world.ts';
import { type OwnSystem, startSystem } from '../support/system/system.ts';

const calls = sdkCalls(new BeepsClient({ accessToken: 'asks nobody' })).filter((call) => !isOnCall(call));

describe('every call of the SDK, and its Safe twin, on the synthesized stack', () => {
  let system: OwnSystem;
  let world: SdkWorld;
  beforeAll(async () => {
    system = await startSystem();
    world = await startSdkWorld(system);
  });
  afterAll(() => system.stop());

  test('the table has each call that the SDK has, and no other', () => {
    expect([...sdkTable.keys()].sort()).toEqual([...new Set(calls.map(({ plain }) => plain))].sort());
  });

  test.each(calls)('$name', async (call) => {
    const prepare = sdkTable.get(call.plain);
    if (!prepare) throw new Error(`The table has no row for ${call.plain}`);
    const { args, gives } = await prepare(world);
    expect(await callSdk(system.client, call, args)).toEqual(call.isTwin ? { data: gives } : gives);
  });
});
