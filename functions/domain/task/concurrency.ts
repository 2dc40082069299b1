/**
 * Works through the items in their order, so many of them at once. The first failure ends it; what is under way goes
 * on.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const workThrough = async (first: IteratorResult<Item>): Promise<void> => {
    for (let next = first; !next.done; next = queue.next()) await work(next.value);
  };
  const workers: Promise<void>[] = [];
  for (let first = queue.next(); !first.done; first = queue.next()) {
    workers.push(workThrough(first));
    if (workers.length === most) break;
  }
  await Promise.all(workers);
}
