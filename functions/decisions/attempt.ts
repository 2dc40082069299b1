import { forEachConcurrently } from '../domain/task/concurrency.ts';

/** What one piece of work came to: its failure is a value beside the results of the others. */
export type Attempt<Value> = { ok: true; value: Value } | { ok: false; error: unknown };

export async function attempt<Value>(work: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** For who has nothing to do without it: throws the failure. */
export function valueOrThrow<Value>(result: Attempt<Value>): Value {
  if (result.ok) return result.value;
  throw result.error;
}

/** The result for each item, in their order; a few of them are worked on at once. The first failure ends it. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  await forEachConcurrently(items.entries(), AT_ONCE, async ([index, item]) => {
    results[index] = await work(item);
  });
  return results;
}

export interface Attempted<Item, Value> {
  item: Item;
  result: Attempt<Value>;
}

/** One attempt for each item, likewise: the failure of one ends nothing. */
export const attemptEach = <Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
): Promise<Attempted<Item, Value>[]> =>
  mapConcurrently(items, async (item) => ({ item, result: await attempt(() => work(item)) }));

/**
 * As many as the table reads in one call. Few of them start a session; what does not get through StartExecution's quota
 * comes again with its message.
 */
const AT_ONCE = 100;
