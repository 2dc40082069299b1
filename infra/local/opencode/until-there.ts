import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 100;

/** Resolves once the file is there, or once nobody waits for it any more. */
export async function untilThere(file: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !existsSync(file)) {
    await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
