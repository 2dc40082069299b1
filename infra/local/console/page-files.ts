import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface PageFile {
  type: string;
  body: Uint8Array;
}

const folder = new URL('browser/', import.meta.url);

/** What the page is made of, by its path. Its code is bundled here, in some tens of milliseconds: there is no build. */
export async function readPageFiles(): Promise<Map<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('main.tsx', folder)), fileURLToPath(new URL('styles.css', folder))],
    outdir: '/',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
  });
  const fileOf = (ending: string) =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.contents ?? new Uint8Array();
  return new Map([
    ['/console', { type: 'text/html; charset=utf-8', body: await readFile(new URL('index.html', folder)) }],
    ['/console/icon.svg', { type: 'image/svg+xml', body: await readFile(new URL('icon.svg', folder)) }],
    ['/console/main.js', { type: 'text/javascript; charset=utf-8', body: fileOf('main.js') }],
    ['/console/styles.css', { type: 'text/css; charset=utf-8', body: fileOf('styles.css') }],
  ]);
}
