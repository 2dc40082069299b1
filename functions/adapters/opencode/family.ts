/** Enough to see what a run is made of; a tree beyond it is no longer counted. */
const MAX_DEPTH = 5;
const MAX_DESCENDANTS = 100;

/** Ids of all that descend from a session, each once, a generation after the other. */
export async function walkDescendants(
  id: string,
  childrenOf: (parent: string) => Promise<string[]>,
): Promise<string[]> {
  const found = new Set<string>();
  let generation = [id];
  for (let depth = 0; depth < MAX_DEPTH && generation.length > 0; depth++) {
    const next: string[] = [];
    for (const parent of generation) {
      if (found.size >= MAX_DESCENDANTS) return [...found].slice(0, MAX_DESCENDANTS);
      for (const child of await childrenOf(parent)) {
        if (child === id || found.has(child)) continue;
        found.add(child);
        next.push(child);
      }
    }
    generation = next;
  }
  return [...found].slice(0, MAX_DESCENDANTS);
}
