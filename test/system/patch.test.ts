import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionServer } from '../../functions/ports.ts';
import { isLong } from '../support/property-runs.ts';
import { sharedAgent } from '../support/system/agent-server.ts';
import { connectDriver, git } from '../support/system/driver.ts';
import { collect, differing, newWorktree, treeOfFiles, treeOfPatch, workedIn } from '../support/system/patch-lab.ts';
import { agentEdits, createEditedRepository, unpatchable } from '../support/system/patch-rows.ts';
import { createRepository, editsOf, mayBeLeftOut, scriptOf } from '../support/system/random-edits.ts';

/** What an agent did to a repository against what is kept of it, with a real OpenCode server. */
describe('the patch is the whole truth', () => {
  let server: SessionServer;
  let repository: string;
  let base: string;
  beforeAll(async () => {
    const agent = await sharedAgent();
    server = connectDriver(agent);
    repository = join(agent.repository, '..', 'patch-rows');
    await createEditedRepository(repository);
    base = await git(repository, 'rev-parse', 'HEAD');
  });

  test('in a worktree of its own, everything is in the patch, or named', async () => {
    const directory = await newWorktree(server, repository, 'relay-rows');
    const ref = await workedIn(
      server,
      { directory, repository, worktree: true, baseCommit: base },
      'job_rows',
      agentEdits,
    );
    const { findings, changes } = await collect(server, ref);
    expect(changes).toMatchObject({ check: 'applied', withheld: [], ignored: [] });
    expect(changes.skipped.sort()).toEqual(unpatchable);
    const made = await treeOfPatch(repository, base, changes.patch ?? '');
    expect(await differing(repository, made, await treeOfFiles(directory))).toEqual(unpatchable);
    expect(findings.diffSource).toBe('working_tree');
  });

  test('in a shared directory, everything that the server recorded is in the patch, and the rest is named', async () => {
    const directory = join(repository, '..', 'patch-rows-shared');
    await createEditedRepository(directory);
    const baseCommit = await git(directory, 'rev-parse', 'HEAD');
    const place = { directory, repository: directory, worktree: false, baseCommit };
    const ref = await workedIn(server, place, 'job_shared', agentEdits);
    const { findings, changes } = await collect(server, ref);
    expect(changes.check).toBe('applied');
    const made = await treeOfPatch(directory, baseCommit, changes.patch ?? '');
    const lacking = await differing(directory, made, await treeOfFiles(directory));
    expect(lacking).toEqual(expect.arrayContaining(unpatchable));
    expect([...changes.skipped, ...findings.unrecorded]).toEqual(expect.arrayContaining(lacking));
    expect(changes.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'bom.txt',
        'mode.sh',
        'gradlew',
        'added',
        'becomes-link',
        'becomes-file',
        'say "hi".txt',
      ]),
    );
  });

  test('commits on a side branch are compared with the base, and HEAD stays where the agent left it', async () => {
    const clone = join(repository, '..', 'patch-side');
    await git(repository, 'clone', '--quiet', repository, clone);
    await git(clone, 'checkout', '--quiet', '-b', 'side');
    await git(clone, 'commit', '--quiet', '--allow-empty', '--message=side');
    const baseCommit = await git(clone, 'rev-parse', 'HEAD');
    const directory = await newWorktree(server, clone, 'relay-side');
    const script =
      'echo more >> plain.txt; git rm -q mode.sh; git commit -qam one; chmod +x crlf.txt; git reset -q --hard HEAD~1; echo x > crlf.txt';
    const place = { directory, repository: clone, worktree: true, baseCommit };
    const ref = await workedIn(server, place, 'job_side', `${script}; git commit -qam two; echo y > uncommitted.txt`);
    const [head, branch] = [await git(directory, 'rev-parse', 'HEAD'), await git(directory, 'symbolic-ref', 'HEAD')];
    const { changes } = await collect(server, ref);
    expect(changes).toMatchObject({ check: 'applied', skipped: [] });
    expect(changes.files.map(({ path }) => path).sort()).toEqual(['crlf.txt', 'uncommitted.txt']);
    expect(await treeOfPatch(clone, baseCommit, changes.patch ?? '')).toBe(await treeOfFiles(directory));
    expect([await git(directory, 'rev-parse', 'HEAD'), await git(directory, 'symbolic-ref', 'HEAD')]).toEqual([
      head,
      branch,
    ]);
  });

  /** Twelve sessions in the long run, of which each takes up to a minute on a machine that is busy. */
  const LONGEST_MS = 1_200_000;
  /** A case is one edit of one file; a session carries many. */
  const [sessions, editsEach] = isLong ? [12, 100] : [1, 60];
  test(
    'of random edits, git apply makes the agent’s tree at the base, but for files of bytes that no text holds',
    async () => {
      let count = 0;
      const carried = fc.asyncProperty(editsOf(editsEach), async (edits) => {
        // Each connection has the time of one invocation.
        const server = connectDriver(await sharedAgent());
        const name = `patch-random-${count++}`;
        const own = join(repository, '..', name);
        await createRepository(own, edits);
        const baseCommit = await git(own, 'rev-parse', 'HEAD');
        const directory = await newWorktree(server, own, `relay-${name}`);
        const place = { directory, repository: own, worktree: true, baseCommit };
        const { changes } = await collect(server, await workedIn(server, place, `job_${name}`, scriptOf(edits)));
        const made = await treeOfPatch(own, baseCommit, changes.patch ?? '');
        const lacking = await differing(own, made, await treeOfFiles(directory));
        const hard = edits.filter(mayBeLeftOut).flatMap(({ path, renamed }) => [path, renamed ?? path]);
        // A line break in a name is refused, or an end in a backslash, for what reads patches by the line.
        const refused = changes.refused.map((file) => file.path);
        expect([...changes.skipped, ...refused].sort()).toEqual(lacking.sort());
        expect([...hard, ...refused]).toEqual(expect.arrayContaining(lacking));
      });
      await fc.assert(carried, { numRuns: sessions, endOnFailure: true });
    },
    LONGEST_MS,
  );
});
