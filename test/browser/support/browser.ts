import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../support/source-files.ts';
import { watch } from './watch.ts';

/** Where a person looks at what the tests saw; git leaves the folder alone. */
const SCREENSHOTS = join(projectRoot, '.local/screenshots');

/** Of a long page no more is drawn: a browser that is short of memory draws none of it. */
const SCREENSHOT_PIXELS = 8_000;
const HEIGHT = 'Math.max(document.documentElement.scrollHeight, innerHeight)';

const widths = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
} satisfies Record<string, BrowserContextOptions>;

/** How a page is looked at. */
interface Look {
  width: keyof typeof widths;
  scheme: 'light' | 'dark';
}

/** Each width in light and in dark. */
export const looks: Look[] = [
  { width: 'phone', scheme: 'light' },
  { width: 'phone', scheme: 'dark' },
  { width: 'desktop', scheme: 'light' },
  { width: 'desktop', scheme: 'dark' },
];

/** A page that is open, with what was seen of it. */
interface OpenPage {
  page: Page;
  /** Errors and warnings of the console, and requests to elsewhere than this machine; none of which may be. */
  troubles: string[];
  /** Addresses of all that the page asked for, itself included. */
  requests: string[];
  /** Writes what is seen, from the top on, as `.local/screenshots/NAME-WIDTH-SCHEME.png`. */
  screenshot(name: string): Promise<void>;
}

const found = inject('chromium');

/** A test that is skipped where there is no browser, as the setup has said. */
export const browserTest = test.skipIf(found === null);

/** One browser for the tests of a file. `open` gives each page a profile of its own, closed at the end of its test. */
export function useBrowser(): { open(address: string, look: Look): Promise<OpenPage> } {
  let browser: Browser | undefined;

  beforeAll(async () => {
    if (found === null) return;
    const { program, env } = found;
    browser = await chromium.launch({
      executablePath: program,
      env: { ...process.env, ...env },
      // What a watcher does not see, such as a look-up ahead of a click, finds no way out either.
      args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
    });
  });
  afterAll(() => browser?.close());

  return {
    async open(address, look) {
      if (browser === undefined) throw new Error('There is no browser: use browserTest.');
      const context = await browser.newContext({ ...widths[look.width], colorScheme: look.scheme });
      onTestFinished(() => context.close());
      const seen = await watch(context);
      const page = await context.newPage();
      await page.goto(address);
      const file = (name: string) => join(SCREENSHOTS, `${name}-${look.width}-${look.scheme}.png`);
      return {
        page,
        ...seen,
        screenshot: async (name) => {
          const { width } = widths[look.width].viewport;
          const height = Math.min(SCREENSHOT_PIXELS, z.number().parse(await page.evaluate(HEIGHT)));
          await page.screenshot({ path: file(name), fullPage: true, clip: { x: 0, y: 0, width, height } });
        },
      };
    },
  };
}
