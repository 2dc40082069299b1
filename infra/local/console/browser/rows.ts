import { useEffect, useState } from 'preact/hooks';
import { type Rows, withNewest } from '../rows.ts';

interface ListOf<Page, Row> {
  rowsOf(page: Page): Rows<Row>;
  idOf(row: Row): string;
}

/** A list whose newest page is read again and again, with what a reader has asked for of the older ones. */
export function useRows<Page, Row>(newest: Page | undefined, { rowsOf, idOf }: ListOf<Page, Row>) {
  const [grown, setGrown] = useState<Rows<Row>>();
  useEffect(() => {
    if (newest !== undefined) setGrown((known) => known && withNewest(known, rowsOf(newest), idOf));
  }, [newest]);
  const page = newest === undefined ? { rows: [], cursor: null } : rowsOf(newest);
  const shown = grown ? withNewest(grown, page, idOf) : page;
  return {
    ...shown,
    /** After the last row that is shown. */
    add(older: Page): void {
      const { rows, cursor } = rowsOf(older);
      setGrown({ rows: [...shown.rows, ...rows], cursor });
    },
    /** Of another list. */
    reset: (): void => setGrown(undefined),
  };
}
