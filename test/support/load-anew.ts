import { vi } from 'vitest';

declare global {
  /** Whether modules were loaded for one file alone. Kept by the process: this module may be loaded anew too. */
  var loadedForOneFile: boolean | undefined;
}

/**
 * What is imported from here on is loaded anew, as at the start of a function, which reads its environment then. The
 * files of a process share all other modules; `clean-up.ts` keeps these from the next file.
 */
export function loadAnew(): void {
  vi.resetModules();
  globalThis.loadedForOneFile = true;
}

export function forgetLoaded(): void {
  if (globalThis.loadedForOneFile) vi.resetModules();
  globalThis.loadedForOneFile = false;
}
