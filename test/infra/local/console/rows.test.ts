import { describe, expect, test } from 'vitest';
import { withNewest } from '../../../../infra/local/console/rows.ts';

const idOf = (row: { id: number; text?: string }) => String(row.id);
/** Rows by their ids, from one down to another. */
const page = (from: number, to: number, cursor: string | null = `after ${to}`) => ({
  rows: Array.from({ length: from - to + 1 }, (_, at) => ({ id: from - at })),
  cursor,
});

describe('a list of which older rows are shown', () => {
  test('keeps what new rows have moved off its newest page', () => {
    const shown = page(40, 1, 'after 1');
    expect(withNewest(shown, page(45, 26), idOf)).toEqual(page(45, 1, 'after 1'));
  });

  test('has each row as the newest page has it', () => {
    const { rows } = withNewest(page(3, 1), { rows: [{ id: 3, text: 'decided' }], cursor: 'x' }, idOf);
    expect(rows).toEqual([{ id: 3, text: 'decided' }, { id: 2 }, { id: 1 }]);
  });

  test('begins anew where more came at once than a page holds', () => {
    expect(withNewest(page(40, 1), page(80, 61), idOf)).toEqual(page(80, 61));
  });

  test('begins anew before a page that stays open holds too much', () => {
    expect(withNewest(page(3_000, 1), page(3_001, 2_982), idOf)).toEqual(page(3_001, 2_982));
  });
});
