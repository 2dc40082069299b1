import { forEachAtOnce } from '../domain/task/at-once.ts';

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

/** One attempt for each item, in their order, a few of them at once. */
export async function attemptEach<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
): Promise<{ item: Item; result: Attempt<Value> }[]> {
  const results = new Map<Item, Attempt<Value>>();
  await forEachAtOnce(items, AT_ONCE, async (item) => {
    results.set(item, await attempt(() => work(item)));
  });
  return items.flatMap((item) => {
    const result = results.get(item);
    return result ? [{ item, result }] : [];
  });
}

/**
 * A new alert takes five to twelve calls of some 5 ms. 10 deliveries of 1,000 new alerts are then 16 s of the function's
 * 90 s; what does not get through StartExecution's quota comes again with its message.
 */
const AT_ONCE = 32;
