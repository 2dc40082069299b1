import * as z from 'zod';
import { emptyWindow, type StormWindow, stormWindowSchema } from '../../domain/storm/storm-window.ts';
import type { WindowStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow, swapRow } from './rows.ts';
import type { Table } from './table.ts';

/** A day: longer than any hold, and a rule that is quiet for so long begins anew. */
const KEPT_SECONDS = 86_400;

const rowSchema = z.object({ window: stormWindowSchema, version: z.number().int() });

/** Storm control's memory of a rule: one row, replaced as a whole by whoever read it last. */
export function createWindowStore(table: Table): WindowStore {
  return {
    async read(ruleId) {
      const row = await getRow(table, keys.window(ruleId));
      return row ? rowSchema.parse(row) : { window: emptyWindow, version: 0 };
    },

    write: (ruleId, window, version) =>
      swapRow(table, keys.window(ruleId), { window, expiresAt: expiryOf(window) }, version),
  };
}

const expiryOf = ({ latestMs }: StormWindow): number => Math.floor(latestMs / 1_000) + KEPT_SECONDS;
