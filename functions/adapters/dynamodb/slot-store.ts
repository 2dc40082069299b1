import * as z from 'zod';
import { noSlots, slotsSchema } from '../../domain/decision/slots.ts';
import type { SlotStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow, swapRow } from './rows.ts';
import type { Table } from './table.ts';

/** Longer than any session can hold a slot: a row that nobody has written for so long is empty. */
const KEPT_SECONDS = 14 * 86_400;

const rowSchema = z.object({ ...slotsSchema.shape, version: z.number().int() });

/** One row per integration that limits its sessions. */
export const createSlots = (table: Table, now: () => number = Date.now): SlotStore => ({
  async read(integrationId) {
    const row = await getRow(table, keys.slots(integrationId));
    if (!row) return { slots: noSlots, version: 0 };
    const { version, ...slots } = rowSchema.parse(row);
    return { slots, version };
  },

  write: (integrationId, slots, version) =>
    swapRow(
      table,
      keys.slots(integrationId),
      { ...slots, expiresAt: Math.ceil(now() / 1_000) + KEPT_SECONDS },
      version,
    ),
});
