import type { Clock } from '../clock.ts';
import type { Invocation } from './invocation.ts';

/** Lambda waits longer and longer, up to minutes. */
const PAUSE_MS = 1_000;
/** Lambda tries a call that nobody waits for again for six hours. */
const MOST_TRIES = 6 * 3_600;

/**
 * The answer to a call that Lambda makes by itself, for a queue or of an event: what it refuses, by a limit or because
 * it fails itself, it tries again, and that is no attempt of the function. Rejects if the stack stops meanwhile.
 */
export async function untilTaken(
  invoke: () => Promise<Invocation>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Invocation> {
  for (let tries = 1; ; tries++) {
    const invocation = await invoke();
    if (invocation.ok || !invocation.refused || tries >= MOST_TRIES) return invocation;
    await clock.sleep(PAUSE_MS, signal);
  }
}
