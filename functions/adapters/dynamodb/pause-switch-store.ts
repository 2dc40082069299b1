import { pauseSwitchSchema } from '../../domain/decision/pause-switch.ts';
import type { PauseSwitchStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow, putRow } from './rows.ts';
import type { Table } from './table.ts';

/** The one row of the switch. It is read by every batch: 100 batches a second are a tenth of what a row can give. */
export const createSwitchStore = (table: Table): PauseSwitchStore => ({
  async read() {
    const row = await getRow(table, keys.switch);
    if (!row) return undefined;
    const { pk, sk, ...value } = row;
    return pauseSwitchSchema.parse(value);
  },

  async write(_, value) {
    await putRow(table, { ...keys.switch, ...value });
  },
});
