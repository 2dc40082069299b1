import { existsSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionServer } from '../../functions/ports.ts';
import { createSampleRepository } from '../../infra/local/opencode/sample-repository.ts';
import { eventually } from '../support/eventually.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { applied, bash, connectDriver, git, open, work } from '../support/system/driver.ts';

/** The driver and a real OpenCode server, with nothing in between. */
describe('the OpenCode driver: directories and worktrees', () => {
  let agent: Agent;
  let server: SessionServer;
  beforeAll(async () => {
    agent = await sharedAgent();
    server = connectDriver(agent);
  });

  /** A worktree whose files are there. */
  const worktreeOf = async (repository: string, name: string): Promise<string> => {
    const directory = await server.createWorktree(repository, name);
    await eventually(async () => expect(await server.isCheckedOut(directory)).toBe(true), 200);
    return directory;
  };

  test('resolves directories and tells those that are none', async () => {
    const folder = join(agent.repository, '..', 'ordinary + ünusual folder');
    await mkdir(folder);
    expect(await server.resolveDirectory(null)).toBe(agent.repository);
    expect(await server.resolveDirectory(`${agent.repository}/`)).toBe(agent.repository);
    expect(await server.resolveDirectory(folder)).toBe(folder);
    for (const unusable of ['/does/not/exist', join(agent.repository, 'README.md')]) {
      await expect(server.resolveDirectory(unusable)).rejects.toMatchObject({
        name: 'WorkspaceFailed',
        message: expect.stringContaining(unusable),
      });
    }
    expect(await server.headCommit(folder)).toBeNull();
    await expect(server.createWorktree(folder, 'relay-1')).rejects.toMatchObject({ name: 'WorkspaceFailed' });
    await git(folder, 'init', '--quiet');
    await expect(server.createWorktree(folder, 'relay-1')).rejects.toMatchObject({ name: 'WorkspaceFailed' });
    expect(await server.headCommit(folder)).toBeNull();
  });

  test('its own git runs nothing that an agent has left in the configuration of the repository', async () => {
    const repository = join(agent.repository, '..', 'traps');
    const trap = join(agent.repository, '..', 'trap');
    await createSampleRepository(repository);
    await git(repository, 'config', 'core.fsmonitor', `touch ${trap}-fsmonitor; false`);
    await git(repository, 'config', 'core.hooksPath', join(repository, 'hooks'));
    await mkdir(join(repository, 'hooks'));
    const hook = `#!/bin/sh\ntouch ${trap}-hook\n`;
    await writeFile(join(repository, 'hooks', 'post-checkout'), hook, { mode: 0o755 });
    await writeFile(join(repository, '.git', 'hooks', 'post-checkout'), hook, { mode: 0o755 });
    await worktreeOf(repository, 'relay-trapped');
    expect(existsSync(`${trap}-fsmonitor`)).toBe(false);
    expect(existsSync(`${trap}-hook`)).toBe(false);
  });

  test('tells the commit of HEAD, whatever form git keeps it in', async () => {
    const repository = join(agent.repository, '..', 'head');
    await createSampleRepository(repository);
    const first = await git(repository, 'rev-parse', 'HEAD');
    expect(await server.headCommit(repository)).toBe(first);
    expect(await server.headCommit(join(repository, 'src'))).toBe(first);
    await git(repository, 'pack-refs', '--all');
    expect(await server.headCommit(repository)).toBe(first);
    await git(repository, 'commit', '--quiet', '--allow-empty', '--message=second');
    await git(repository, 'checkout', '--quiet', '--detach', first);
    expect(await server.headCommit(repository)).toBe(first);
  });

  test('makes, lists and removes a worktree, whose changes are told in both ways', async () => {
    const base = await git(agent.repository, 'rev-parse', 'HEAD');
    const directory = await worktreeOf(agent.repository, 'relay-lifecycle');
    expect(await server.listWorktrees(agent.repository)).toContain(directory);
    expect(await server.headCommit(directory)).toBe(base);

    const session = await open(server, directory, 'job_1', { title: 'worktree [job_1]' });
    expect(session).toMatchObject({ directory, title: 'worktree [job_1]', costUsd: 0 });
    const message = await work(
      server,
      session,
      'job_1',
      bash(
        'git rm -q README.md && git commit -qm wip && mkdir "a b" && echo hi > "a b/ü ß.txt" && printf end > noend.txt && ' +
          ': > empty.txt && echo more >> package.json && printf "a\\\\000b" > x.bin',
      ),
    );
    expect(await server.headCommit(directory)).not.toBe(base);
    const status = ['D  README.md', 'A  "a b/ü ß.txt"', 'A  empty.txt', 'A  noend.txt', 'M  package.json'];
    const told = { status, skipped: ['x.bin'] };
    expect(await applied(agent.repository, await server.turnDiff(session.id, message))).toEqual(told);
    expect(
      await applied(
        agent.repository,
        (await server.workingTreeDiff({ directory, baseCommit: base, own: false })) ?? [],
      ),
    ).toEqual(told);

    await server.disposeInstance(directory);
    await server.removeWorktree(agent.repository, directory);
    expect(await server.listWorktrees(agent.repository)).not.toContain(directory);
    expect(await server.turnDiff(session.id, message)).toHaveLength(6);
  });

  test('a repository on another branch: HEAD is compared with, and commits cannot be told', async () => {
    const repository = join(agent.repository, '..', 'branched');
    await createSampleRepository(repository);
    await git(repository, 'checkout', '--quiet', '-b', 'feature');
    await appendFile(join(repository, 'README.md'), 'a feature\n');
    await git(repository, 'commit', '--quiet', '--all', '--message=feature');
    const directory = await worktreeOf(repository, 'relay-branched');
    await writeFile(join(directory, 'new.txt'), 'new\n');
    const base = await server.headCommit(directory);
    const diffs = (await server.workingTreeDiff({ directory, baseCommit: base, own: false })) ?? [];
    expect((await applied(repository, diffs)).status).toEqual(['A  new.txt']);

    await git(directory, 'commit', '--quiet', '--allow-empty', '--message=by the agent');
    expect(await server.workingTreeDiff({ directory, baseCommit: base, own: false })).toBeNull();
  });
});
