import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { projectRoot } from '../support/source-files.ts';

const root = { name: 'tiny', version: '1.0.0' };
export const integrity = 'sha512-of-this-package';

export type TinyProject = ReturnType<typeof makeTinyProject>;

/**
 * A project of which nothing is there but the launcher, a lock file and one script that says what it was given. It is
 * gone after the test.
 */
export function makeTinyProject() {
  const folder = mkdtempSync(join(tmpdir(), 'launch-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, content: unknown, mode = 0o644): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content), { mode });
  };
  const locked = (packages: Record<string, object>, dependencies?: Record<string, string>) => {
    const lock = { '': { ...root, dependencies }, ...packages };
    write('package-lock.json', { ...root, lockfileVersion: 3, requires: true, packages: lock });
  };
  write('package.json', { ...root, type: 'module' });
  write('infra/commands/main.ts', "const args: string[] = process.argv.slice(2);\nconsole.log('sent', ...args);\n");
  for (const file of ['infra/launch.js', 'infra/install.js']) copyFileSync(join(projectRoot, file), join(folder, file));
  locked({});
  return {
    folder,
    write,
    locked,
    depends(dependencies: Record<string, string>, packages: Record<string, object>) {
      write('package.json', { ...root, type: 'module', dependencies });
      locked(packages, dependencies);
    },
    installed: (packages: Record<string, object>) =>
      write('node_modules/.package-lock.json', { ...root, lockfileVersion: 3, requires: true, packages }),
    /** An npm that takes note of being run, so that a test can tell, and exits so. */
    fakeNpm(exitCode = 0): Record<string, string> {
      write('bin/npm', `#!/bin/sh\necho "$@" > ${join(folder, 'npm-arguments')}\nexit ${exitCode}\n`, 0o755);
      return { PATH: join(folder, 'bin') };
    },
    npmRan: () => existsSync(join(folder, 'npm-arguments')),
  };
}
