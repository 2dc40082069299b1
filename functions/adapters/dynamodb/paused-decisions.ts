import type { PausedDecisions } from '../../ports.ts';
import { keys } from './keys.ts';
import { oldestEntries } from './oldest.ts';
import type { Table } from './table.ts';

/**
 * Decisions whose reason is `paused`, from the keys in the index alone: a move takes each out of the list in the same
 * write. The index lags behind the table by a moment, so one that was just moved may still be named.
 */
export const createPausedDecisions = (table: Table): PausedDecisions => ({
  async list(limit) {
    const { entries, more } = await oldestEntries(table, keys.listPartitions('PAUSED'), { after: undefined, limit });
    return { decisions: entries.map(keys.idsOfDecision), more };
  },
});
