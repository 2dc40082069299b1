import * as z from 'zod';
import { sweepPlacesSchema } from '../../domain/task/sweep.ts';
import type { SweepLease } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

const rowSchema = z.object({ places: sweepPlacesSchema.optional() });

/** One row: until when a sweep has the turn, and where in each list the last one stopped. Times are ISO 8601. */
export const createSweepLease = (table: Table): SweepLease => ({
  async acquire(at, until) {
    const isFree = await setAttributes(
      table,
      keys.sweep,
      { until },
      { expression: 'attribute_not_exists(#until) OR #until <= :at', values: { ':at': at } },
    );
    if (!isFree) return undefined;
    return rowSchema.parse((await getRow(table, keys.sweep)) ?? {}).places ?? {};
  },

  async release(places, at) {
    await setAttributes(table, keys.sweep, { places, until: at });
  },
});
