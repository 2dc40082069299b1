/** A list that several look at: the first of them reads it; where that failed, the next one does. */
export function listedOnce<Row>(store: { list(): Promise<Row[]> }): { list(): Promise<Row[]> } {
  let known: Row[] | undefined;
  return {
    async list() {
      known ??= await store.list();
      return known;
    },
  };
}
