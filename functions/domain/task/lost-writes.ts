/** What an attempt comes to whose conditional write failed: somebody else wrote since it read. */
export const lost = Symbol('lost');

/** Optimistic locking: an attempt that reads and writes is made anew while its write is lost, at most `tries` times. */
export async function retryLost<Result>(
  tries: number,
  attempt: (tried: number) => Promise<Result | typeof lost>,
): Promise<Result | typeof lost> {
  for (let tried = 0; tried < tries; tried++) {
    const result = await attempt(tried);
    if (result !== lost) return result;
  }
  return lost;
}
