/** Loads at the first call, and gives the same at each later one. */
export function loadedOnce<Port>(load: () => Promise<Port>): () => Promise<Port> {
  let loaded: Promise<Port> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
