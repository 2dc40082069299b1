import * as z from 'zod';
import { type Catalogue, catalogueSchema } from '../../domain/catalogue/catalogue.ts';
import type { CatalogueStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow, isAbsent } from './rows.ts';
import type { Table } from './table.ts';
import { transact } from './transact.ts';

const inForceSchema = z.object({ version: z.number().int() });

/**
 * A row for each version, which is never written again, and a small one that says which is in force: that one is read
 * each time, and a version once for each container.
 */
export function createCatalogueStore(table: Table): CatalogueStore {
  let known: Catalogue | undefined;

  async function get(version: number): Promise<Catalogue | undefined> {
    if (known?.version === version) return known;
    const row = await getRow(table, keys.catalogueVersion(version));
    if (!row) return undefined;
    const { pk, sk, ...stored } = row;
    return catalogueSchema.parse(stored);
  }

  return {
    get,

    async current() {
      const row = await getRow(table, keys.catalogue);
      if (!row) return undefined;
      const { version } = inForceSchema.parse(row);
      const found = await get(version);
      // Both are written at once: it is there.
      if (!found) throw new Error(`Version ${version} of the catalogue is not there`);
      known = found;
      return found;
    },

    async put(_, catalogue) {
      const { version } = catalogue;
      const before = { expression: '#version = :before', names: { '#version': 'version' } };
      const written = await transact(table, [
        { put: { ...keys.catalogueVersion(version), ...catalogue }, condition: isAbsent },
        {
          put: { ...keys.catalogue, version },
          condition: version === 1 ? isAbsent : { ...before, values: { ':before': version - 1 } },
        },
      ]);
      return written.kind === 'written';
    },
  };
}
