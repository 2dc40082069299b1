import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { z } from 'zod';
import { browserTest, looks, useBrowser } from './support/browser.ts';
import { barriers, overflow } from './support/inspect.ts';

const elsewhere = 'http://monitoring.invalid/pixel.png';
const pages: Record<string, string> = {
  '/good': '<body style="background: Canvas; color: CanvasText"><main><h1>Good</h1></main>',
  '/elsewhere': `<main><h1>Asks</h1><img alt="" src="${elsewhere}"></main>`,
  '/refused': `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><img alt="" src="${elsewhere}">`,
  '/throws': '<main><script>throw new Error("thrown")</script></main>',
  '/warns': '<main><script>console.warn("warned")</script></main>',
  '/socket': '<main><script>new WebSocket("ws://monitoring.invalid/feed")</script></main>',
  '/wide': '<main><div class="table" style="width: 2000px">wide</div></main>',
  '/scrolls': '<main style="overflow-x: auto"><div style="width: 2000px">wide</div></main>',
  '/pale': '<main><h1>Pale</h1><p style="color: #ddd; background: #fff">pale</p></main>',
};
const head =
  '<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,">' +
  '<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">';

describe('the harness sees', () => {
  const server = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`${head}${pages[url]}`);
  });
  let base = '';
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
  });
  afterAll(() => void server.close());
  const { open } = useBrowser();
  const desktop = { width: 'desktop', scheme: 'light' } as const;

  browserTest.each(looks)('nothing wrong with a good page, $width and $scheme', async (look) => {
    const { page, troubles, requests } = await open(`${base}/good`, look);
    expect(await overflow(page)).toEqual([]);
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('innerWidth')).toBe(look.width === 'phone' ? 390 : 1280);
    expect(await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches')).toBe(look.scheme === 'dark');
    expect({ troubles, requests: requests.filter((address) => address.startsWith('http')) }).toEqual({
      troubles: [],
      requests: [`${base}/good`],
    });
  });

  browserTest.each([
    ['/elsewhere', `request to ${elsewhere}`],
    ['/refused', 'Content Security Policy'],
    ['/throws', 'uncaught: thrown'],
    ['/warns', 'console: warned'],
    ['/socket', 'request to ws://monitoring.invalid/feed'],
  ])('the trouble of %s', async (path, trouble) => {
    const { page, troubles } = await open(base + path, desktop);
    await page.waitForLoadState('networkidle');
    expect(troubles.join('\n')).toContain(trouble);
  });

  browserTest.each(['phone', 'desktop'] as const)('what stands out of a page, %s', async (width) => {
    const { page } = await open(`${base}/wide`, { width, scheme: 'light' });
    expect(await overflow(page)).toEqual([expect.stringContaining('page of 20'), 'div.table']);
    await page.goto(`${base}/scrolls`);
    expect(await overflow(page)).toEqual([]);
  });

  browserTest('text too pale to be read', async () => {
    expect(await barriers((await open(`${base}/pale`, desktop)).page)).toEqual(['color-contrast at p']);
  });
});
