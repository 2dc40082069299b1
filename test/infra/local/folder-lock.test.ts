import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockFolder } from '../../../infra/local/folder-lock.ts';
import { projectRoot } from '../../support/source-files.ts';

describe('the lock of a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'opencode-relay-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is held by one start at a time, which the refusal explains', async () => {
    const first = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(/in use by another start.*--data/);
    await first.release();
    await (await lockFolder(folder)).release();
  });

  test('does not keep others from other folders', async () => {
    const locks = await Promise.all([lockFolder(folder), lockFolder(join(folder, 'other'))]);
    await Promise.all(locks.map((lock) => lock.release()));
  });

  test('ends with a process that is killed', async () => {
    const holder = await startHolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow('in use');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await lockFolder(folder)).release();
  });
});

/** A process of its own that holds the lock until it is killed. */
async function startHolder(folder: string): Promise<ChildProcess> {
  const script = `
    const { lockFolder } = await import('./infra/local/folder-lock.ts');
    await lockFolder(${JSON.stringify(folder)});
    process.send('held');
    process.on('message', () => {});
  `;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(holder, 'message');
  return holder;
}
