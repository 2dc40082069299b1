/** Rows of a list, newest first, and where it goes on; null where nothing is older. */
export interface Rows<Row> {
  rows: Row[];
  cursor: string | null;
}

/** More are not kept in a page that stays open. */
const MOST_ROWS = 2_000;

/**
 * What is shown of a list once its newest page is another: what has moved off that page stays. A page that shares no
 * row with it begins anew, for nobody has read what lies between.
 */
export function withNewest<Row>(shown: Rows<Row>, page: Rows<Row>, idOf: (row: Row) => string): Rows<Row> {
  const fresh = new Set(page.rows.map(idOf));
  const earlier = shown.rows.filter((row) => !fresh.has(idOf(row)));
  const isJoined = earlier.length < shown.rows.length && earlier.length <= MOST_ROWS;
  return isJoined ? { rows: [...page.rows, ...earlier], cursor: shown.cursor } : page;
}
