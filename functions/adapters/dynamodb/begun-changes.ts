import * as z from 'zod';
import { changeRecordSchema } from '../../contract/audit-records.ts';
import type { BegunChange, BegunChanges } from '../../ports.ts';
import { keys } from './keys.ts';
import { oldestEntries, rowsOfEntries } from './oldest.ts';
import { putRow, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

/** For whoever looks at the table; the record is in the bucket by then. */
const KEPT_SECONDS = 7 * 24 * 3_600;

/** Ids and codes from here; what was changed lies as JSON text, which takes any nesting. */
const rowSchema = z.object({
  ...changeRecordSchema.pick({ requestId: true, at: true, who: true, what: true }).shape,
  outcome: changeRecordSchema.shape.outcome.optional(),
  targetsJson: z.string().optional(),
});

/** One row per request that asks for a change. It is in the list of open ones until its record is written. */
export const createBegunChanges = (table: Table): BegunChanges => ({
  async begin(change) {
    const { requestId, at } = change;
    const listed = { listPk: keys.openChanges, listSk: keys.listSort({ createdAt: at, id: requestId }) };
    await putRow(table, { ...keys.change(requestId), ...change, ...listed });
  },

  async keep({ requestId, outcome, targets }) {
    await setAttributes(table, keys.change(requestId), { outcome, targetsJson: JSON.stringify(targets ?? []) });
  },

  async end({ requestId, at }) {
    const expiresAt = Math.ceil(Date.parse(at) / 1_000) + KEPT_SECONDS;
    await setAttributes(table, keys.change(requestId), { listPk: keys.endedChanges, expiresAt });
  },

  async listOpen(limit) {
    const { entries } = await oldestEntries(table, [keys.openChanges], { after: undefined, limit });
    const rows = await rowsOfEntries(table, entries);
    // The index lags behind: what has ended since stands in the list for a moment.
    return rows.filter(({ listPk }) => listPk === keys.openChanges).map(parseChange);
  },
});

function parseChange(row: Record<string, unknown>): BegunChange {
  const { targetsJson, ...change } = rowSchema.parse(row);
  if (targetsJson === undefined) return change;
  return { ...change, targets: changeRecordSchema.shape.targets.parse(JSON.parse(targetsJson)) };
}
