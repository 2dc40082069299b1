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
