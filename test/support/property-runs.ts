import fc from 'fast-check';

/** `npm run test:long`: the same tests with many more samples, and with others each time. */
export const isLong = process.env.RELAY_TEST_LONG === '1';

const RUNS = isLong ? 1_000 : 50;

/**
 * How many samples a property is tried with: the usual number, or a part of it where each costs a process or a request,
 * or a multiple where it costs microseconds.
 */
export const runs = (share = 1): number => Math.ceil(RUNS * share);

/**
 * Every `of`-th of the items, others at each turn: turns one after the other touch all of them. The long run takes all
 * at each turn.
 */
export const part = <Item>(items: readonly Item[], of: number, turn: number): Item[] =>
  items.filter((_, index) => isLong || index % of === turn % of);

// `npm test` says the same each time; what other samples find is the long run's to tell.
fc.configureGlobal({ numRuns: runs(), ...(!isLong && { seed: 1 }) });

/**
 * The columns of a table that each of its rows is tried with: all in the long run; else so many as `each` says, the
 * next ones for the next row of the kind. A kind of too few rows to meet all columns so is tried with all of them.
 */
export function acrossTable<Row, Column>(
  rows: readonly Row[],
  columns: readonly Column[],
  { kindOf = () => '', each = 1 }: { kindOf?: (row: Row) => string; each?: number } = {},
): { row: Row; columns: Column[] }[] {
  const ofKinds = Map.groupBy(rows, kindOf);
  return rows.map((row) => {
    const ofKind = ofKinds.get(kindOf(row)) ?? [];
    if (isLong || ofKind.length * each < columns.length) return { row, columns: [...columns] };
    const from = ofKind.indexOf(row) * each;
    const isNext = (at: number) => (((at - from) % columns.length) + columns.length) % columns.length < each;
    return { row, columns: columns.filter((_, at) => isNext(at)) };
  });
}
