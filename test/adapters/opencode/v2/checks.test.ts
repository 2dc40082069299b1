import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { startDoubleServer } from '../../../support/system/double-server.ts';

test('a worktree on a server of 2.x is set to a ref that its repository has, and to no other', async () => {
  const { host, stop } = await startDoubleServer();
  onTestFinished(stop);
  const { server, directory: repository } = host;
  const directory = await server.createWorktree(repository, 'based');
  expect(await server.setBase(directory, 'nowhere')).toBe('unknown');
  expect(await server.setBase(directory, 'HEAD')).toBe('done');
  expect(await server.headCommit(directory)).toBe(await server.headCommit(repository));
});

test('checks run on a server of 2.x, in the background of its shell, and leave nothing', async () => {
  const { host, stop } = await startDoubleServer();
  onTestFinished(stop);
  const { server, directory: repository } = host;
  const directory = await server.createWorktree(repository, 'checked');
  const baseCommit = await server.headCommit(directory);
  await writeFile(join(directory, 'fixed.txt'), 'fixed\n');
  const place = { id: randomUUID(), repository };
  const checks = [
    { command: 'test -f fixed.txt && echo well', seconds: 20, onBase: false },
    { command: 'test -f never', seconds: 20, onBase: true },
  ];
  expect(await server.startChecks({ ...place, directory, baseCommit, own: true, checks })).toBe(true);
  const seen = await eventually(async () => {
    const looked = await server.lookAtChecks(place);
    expect(looked?.state).toBe('done');
    return looked;
  });
  expect(seen?.runs.map(({ check, on, code }) => [check, on, code])).toEqual([
    [0, 'patch', 0],
    [1, 'patch', 1],
    [1, 'again', 1],
    [1, 'base', 1],
  ]);
  expect(await server.checkOutputs(place, [{ check: 0, on: 'patch' }])).toEqual(['well\n']);
  expect(await server.endChecks(place)).toBe(true);
  expect(await server.listWorktrees(repository)).toEqual([directory]);
});
