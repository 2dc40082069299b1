/** Loads at the first call, and gives the same at each later one; what failed is loaded again. */
export function loadedOnce<Port>(load: () => Promise<Port>): () => Promise<Port> {
  let loaded: Promise<Port> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
