import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { integrity, makeTinyProject, type TinyProject } from './tiny-project.ts';

const elsewhere = { optional: true, os: ['plan9'], cpu: ['pdp11'] };
const here = { optional: true, os: [process.platform], cpu: [process.arch] };

let project: TinyProject;
beforeEach(() => {
  project = makeTinyProject();
});

/** What the launcher asks for first, in this process: a start of it costs two of Node. Returns what it said. */
async function requirePackages(): Promise<string> {
  for (const [name, value] of Object.entries(project.fakeNpm())) vi.stubEnv(name, value);
  const said: string[] = [];
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
  onTestFinished(() => {
    written.mockRestore();
    vi.unstubAllEnvs();
  });
  const install = await import(pathToFileURL(join(project.folder, 'infra/install.js')).href);
  await install.requirePackages();
  return said.join('');
}

describe('node_modules is left as it is where', () => {
  const one = { 'node_modules/one': { version: '1.0.0', integrity } };
  test.each([
    ['every package of the lock file is there', one, one],
    ['one for another platform is not', { ...one, 'node_modules/other': { version: '1.0.0', ...elsewhere } }, one],
    ['one for another C library is not', { ...one, 'node_modules/c': { ...here, libc: ['musl'] } }, one],
    ['an optional one without a platform is not', { ...one, 'node_modules/wasm': { optional: true } }, one],
  ])('%s', async (_, wanted, found) => {
    project.locked(wanted);
    project.installed(found);
    expect(await requirePackages()).toBe('');
    expect(project.npmRan()).toBe(false);
  });
});

describe('exactly the lock file is installed where', () => {
  const one = { version: '1.0.0', integrity };
  const path = 'node_modules/one';
  test.each<[string, Record<string, object>, Record<string, object> | undefined]>([
    ['there is no node_modules', { [path]: one }, undefined],
    ['a package is missing', { [path]: one }, {}],
    ['one for this platform is missing', { [path]: { ...one, ...here } }, {}],
    ['one has another version', { [path]: one }, { [path]: { ...one, version: '1.0.1' } }],
    ['one has another content', { [path]: one }, { [path]: { ...one, integrity: 'sha512-other' } }],
    ['there is one too many', {}, { [path]: one }],
  ])('%s', async (_, wanted, found) => {
    project.locked(wanted);
    if (found) project.installed(found);
    expect(await requirePackages()).toMatch(
      /^Installing the packages of package-lock\.json …\nInstalled in \d+\.\d s\.\n$/,
    );
    expect(readFileSync(join(project.folder, 'npm-arguments'), 'utf8')).toMatch(/^ci /);
  });
});
