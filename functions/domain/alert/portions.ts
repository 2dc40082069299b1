import type { DeliveredEntry } from './delivered-entry.ts';

/**
 * The incidents in portions of so many entries at most, or of one incident. Those of the smallest deliveries come
 * first, so that a large one does not hold up what came in beside it; else their order stays.
 */
export function portionsOf(incidents: DeliveredEntry[][], mostEntries: number): DeliveredEntry[][][] {
  const sizes = Map.groupBy(incidents.flat(), ({ delivery }) => delivery);
  const sizeOf = (entries: DeliveredEntry[]) =>
    Math.min(...entries.map(({ delivery }) => sizes.get(delivery)?.length ?? 0));
  const portions: DeliveredEntry[][][] = [];
  let room = 0;
  for (const entries of incidents.toSorted((a, b) => sizeOf(a) - sizeOf(b))) {
    if (entries.length > room) {
      portions.push([]);
      room = mostEntries;
    }
    portions.at(-1)?.push(entries);
    room -= entries.length;
  }
  return portions;
}
