/** Rows in memory, by key. A store may lie on top of another one, whose rows are read and never written. */
export class Rows<Row> {
  /** What was written here. */
  readonly own: Map<string, Row>;

  constructor(own: Iterable<readonly [string, Row]> = []) {
    this.own = new Map(own);
  }

  /** `below`: reads the row of the store beneath. */
  async get(key: string, below: () => Promise<Row | undefined> = nothing): Promise<Row | undefined> {
    return this.own.get(key) ?? (await below());
  }

  /** The row that is there, else this one. */
  async createOrGet(key: string, row: Row, below?: () => Promise<Row | undefined>): Promise<Row> {
    await this.change(key, (before) => before ?? row, below);
    return this.own.get(key) ?? row;
  }

  /**
   * Writes the row that `next` gives for the one that is there; undefined leaves it. True if it was written. Between
   * the last read and the write nothing else happens, so each change is a single conditional write, as in the table.
   */
  async change(
    key: string,
    next: (before: Row | undefined) => Row | undefined,
    below: () => Promise<Row | undefined> = nothing,
  ): Promise<boolean> {
    const beneath = this.own.has(key) ? undefined : await below();
    const row = next(this.own.get(key) ?? beneath);
    if (row === undefined) return false;
    this.own.set(key, row);
    return true;
  }
}

/**
 * Swaps a row as a whole. False, and nothing written, unless the stored version is `row.version`; without a row it is
 * 0.
 */
export const swap = <Row extends { version: number }>(
  rows: Rows<Row>,
  key: string,
  row: Row,
  below?: () => Promise<Row | undefined>,
): Promise<boolean> =>
  rows.change(
    key,
    (before) => ((before?.version ?? 0) === row.version ? { ...row, version: row.version + 1 } : undefined),
    below,
  );

const nothing = async () => undefined;

/** Newest first, from the row after `before` on. */
export function newestFirst<Row extends { createdAt: string; id: string }>(
  rows: Iterable<Row>,
  before: { createdAt: string; id: string } | undefined,
): Row[] {
  const keyOf = ({ createdAt, id }: { createdAt: string; id: string }) => `${createdAt}#${id}`;
  const newest = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1));
  return newest.filter((row) => !before || keyOf(row) < keyOf(before));
}
