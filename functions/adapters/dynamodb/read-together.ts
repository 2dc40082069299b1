import { batchGet, KEYS_PER_BATCH } from './batch-get.ts';
import { getRow, type Key, type Row } from './rows.ts';
import type { Table } from './table.ts';
import { together } from './together.ts';

/**
 * The table, whose single rows are read together where they are asked for at once: a wave of a hundred alerts in one
 * call. As strongly consistent as alone.
 */
export function readTogether({ name, client }: Table): Table {
  const alone: Table = { name, client };
  const read = together(KEYS_PER_BATCH, async (asked: Key[]): Promise<(Row | undefined)[]> => {
    const distinct = new Map(asked.map((key) => [nameOf(key), key]));
    const [only] = distinct.values();
    const rows =
      only && distinct.size === 1 ? [await getRow(alone, only)] : await batchGet(alone, [...distinct.values()]);
    const found = new Map(rows.flatMap((row) => (row ? [[nameOf(row), row] as const] : [])));
    return asked.map((key) => found.get(nameOf(key)));
  });
  return { ...alone, read };
}

const nameOf = ({ pk, sk }: Row): string => `${String(pk)} ${String(sk)}`;
