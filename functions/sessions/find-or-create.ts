import { TaskError } from '../domain/task/errors.ts';
import type { Clock } from '../ports.ts';

const TRIES = 3;
/** What a lost answer told of may be a moment from being seen. */
const PAUSE_MS = 1_000;

/**
 * For a creation that is not idempotent: where its answer is lost, what it made is looked for before it is asked for
 * again.
 */
export async function findOrCreate<T>(
  clock: Pick<Clock, 'sleep'>,
  { find, create }: { find: () => Promise<T | undefined>; create: () => Promise<T> },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const found = await find();
    if (found !== undefined) return found;
    try {
      return await create();
    } catch (error) {
      const isLost = error instanceof TaskError && error.name === 'ServerUnreachable';
      if (!isLost || attempt === TRIES) throw error;
    }
    await clock.sleep(PAUSE_MS);
  }
}
