import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect } from 'vitest';
import { renderReport } from '../../functions/domain/report/report.ts';
import type { ReportSource } from '../../functions/domain/report/source.ts';
import { sampleManifest, samplePatch, sampleReport } from '../support/fakes/report-samples.ts';
import { sampleCollected, sampleJob } from '../support/fakes/samples.ts';
import { attacks, everywhere } from '../support/report-attacks.ts';
import { browserTest, looks, useBrowser } from './support/browser.ts';
import { barriers, overflow } from './support/inspect.ts';

const folder = mkdtempSync(join(tmpdir(), 'opencode-relay-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The address of a page as a person opens it, from the disk. */
function fileOf(name: string, page: string): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, page);
  return pathToFileURL(file).href;
}

const long = samplePatch(
  Array.from({ length: 3 }, (_, file) => ({
    path: `packages/checkout/src/a-folder-with-a-long-name/module-${file}/and-a-file-with-a-long-name.ts`,
    lines: Array.from(
      { length: 40 },
      (__, line) => `${' +-'[line % 3]}  const value${line} = "${'x'.repeat(line * 22)}";`,
    ),
  })),
);
const failed = sampleCollected({ outcome: 'server_unreachable', cause: 'The server does not answer.', session: null });
const pages: Record<string, ReportSource> = {
  whole: sampleReport(),
  large: sampleReport({ patch: long.patch, manifest: sampleManifest({ files: long.files }) }),
  'without-a-result': sampleReport({
    ...{ collected: failed, job: sampleJob({ collected: failed }) },
    ...{ manifest: undefined, patch: null, answer: null },
  }),
  hostile: everywhere(attacks.join('\n\n')),
};

describe.each(Object.entries(pages))('a page, %s', (name, source) => {
  const { open } = useBrowser();

  // Each width and each scheme, and all of them together of the page that has everything.
  browserTest.each(name === 'whole' ? looks : looks.filter((_, index) => index % 3 === 0))(
    '$width and $scheme',
    async (look) => {
      const { page, troubles, requests, screenshot } = await open(fileOf(name, renderReport(source)), look);
      await screenshot(`report-${name}`);
      expect(await overflow(page)).toEqual([]);
      expect(await barriers(page)).toEqual([]);
      expect(await page.title()).toContain(`${source.collected.outcome}: `);
      // Not so much as an icon is asked for beside the page itself.
      expect(requests).toEqual([page.url()]);
      expect(troubles).toEqual([]);
    },
  );
});

describe('a page of others', () => {
  const { open } = useBrowser();

  browserTest('runs nothing of theirs, whatever they wrote', async () => {
    const { page, troubles } = await open(fileOf('attacks', renderReport(pages.hostile ?? sampleReport())), {
      ...{ width: 'desktop', scheme: 'light' },
    });
    const found = await page.evaluate(
      `[...document.querySelectorAll('script, img, iframe, object, embed, form, input, svg, base, link')].length`,
    );
    expect(found).toBe(0);
    expect(troubles).toEqual([]);
  });

  browserTest('opens and closes a file by keyboard alone', async () => {
    const { page } = await open(fileOf('keys', renderReport(sampleReport())), { width: 'desktop', scheme: 'light' });
    const file = page.locator('details.file').first();
    await file.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await file.locator('table').isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    expect(await file.locator('table').isVisible()).toBe(true);
  });
});
