import type { TestProject } from 'vitest/node';
import type { Chromium } from './fetched-chromium.ts';
import { findChromium } from './find-chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where there is none, and none can be fetched. */
    chromium: Chromium | null;
  }
}

/** Finds the browser once for all files; where there is none they are skipped, and why is said here. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('chromium', await findChromium().catch(skipAloud));
}

function skipAloud(error: unknown): null {
  const why = (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 2).join(' ');
  const mend = 'install Chromium, or name one in RELAY_CHROMIUM';
  process.stderr.write(`Skipped: test/browser, which needs a browser: ${mend}. None could be fetched: ${why}\n`);
  return null;
}
