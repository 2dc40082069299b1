import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueStore } from '../../../functions/ports.ts';
import { sampleCatalogue, serviceEntry } from '../../support/fakes/catalogues.ts';
import { storeKinds } from '../../support/store-kinds.ts';

const versions = [1, 2, 3].map((version) => sampleCatalogue([serviceEntry(`service-${version}`)], version));

describe.each(storeKinds)('the catalogue in $kind', ({ start }) => {
  let stop: () => Promise<void>;
  let catalogue: CatalogueStore;
  beforeAll(async () => {
    const started = await start();
    stop = started.stop;
    ({ catalogue } = started.stores);
  });
  afterAll(() => stop());
  const put = (index: number) => catalogue.put('catalogue', versions[index] ?? sampleCatalogue([]));

  test('is none until the first version is stored', async () => {
    expect(await catalogue.current()).toBeUndefined();
    expect(await put(1)).toBe(false);
    expect(await catalogue.current()).toBeUndefined();
    expect(await put(0)).toBe(true);
    expect(await catalogue.current()).toEqual(versions[0]);
  });

  test('of two who made the next version from the same one, the second writes nothing', async () => {
    const other = { ...sampleCatalogue([serviceEntry('other')], 2), createdBy: 'bob' };
    const written = await Promise.all([put(1), catalogue.put('catalogue', other)]);
    expect(written.sort()).toEqual([false, true]);
    const inForce = await catalogue.current();
    expect([versions[1], other]).toContainEqual(inForce);
    expect(await catalogue.get(2)).toEqual(inForce);
  });

  test('an old version stays as it was', async () => {
    expect(await put(2)).toBe(true);
    expect((await catalogue.current())?.version).toBe(3);
    expect(await catalogue.get(1)).toEqual(versions[0]);
    expect(await catalogue.get(4)).toBeUndefined();
  });

  test('no version is written twice, nor left out', async () => {
    expect(await put(2)).toBe(false);
    expect(await catalogue.put('catalogue', sampleCatalogue([], 5))).toBe(false);
    expect(await catalogue.get(5)).toBeUndefined();
    expect((await catalogue.current())?.version).toBe(3);
  });
});
