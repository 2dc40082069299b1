import type { StormWindow } from '../domain/storm/storm-window.ts';
import { lost, retryLost } from '../domain/task/lost-writes.ts';
import type { WindowStore } from '../ports.ts';

export interface SwapDeps {
  windows: WindowStore;
}

/** So many others at once would have to come between; then the message or the state is tried again. */
const TRIES = 20;

/** Compare and swap: `change` gives the window to write, or undefined to leave it. True if it was written. */
export async function swapWindow(
  { windows }: SwapDeps,
  ruleId: string,
  change: (window: StormWindow) => StormWindow | undefined,
): Promise<boolean> {
  const written = await retryLost(TRIES, async () => {
    const { window, version } = await windows.read(ruleId);
    const next = change(window);
    if (!next) return false;
    return next === window || (await windows.write(ruleId, next, version)) || lost;
  });
  if (written === lost) throw new Error(`The storm window of rule ${ruleId} was changed by others ${TRIES} times`);
  return written;
}
