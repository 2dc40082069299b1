import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { systemClock } from '../../../functions/adapters/clock.ts';
import type { SessionRef } from '../../../functions/contract/execution.ts';
import type { Session } from '../../../functions/domain/session/session.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { auditBy } from '../../../functions/sessions/audit.ts';
import { type Changes, sortChanges } from '../../../functions/sessions/changes.ts';
import { type Findings, readFindings } from '../../../functions/sessions/findings.ts';
import { eventually } from '../eventually.ts';
import { fakeScreen } from '../fakes/passwords.ts';
import { sampleRef } from '../fakes/samples.ts';
import { fakeLog } from '../fakes/stores.ts';
import { bash, git, gitWith, idsOf, open, work } from './driver.ts';

interface Collected {
  findings: Findings;
  changes: Omit<Changes, 'patch'> & { patch: string | null };
}

/** What is collected of a session that has ended, as `Collect result` does it, and nothing of it is removed. */
export async function collect(server: SessionServer, ref: SessionRef): Promise<Collected> {
  const findings = await readFindings(server, ref, { completed: true, clock: systemClock, log: fakeLog() });
  const changes = await sortChanges(findings.diffs, {
    audit: auditBy(server, ref, findings),
    own: ref.worktree,
    // What is withheld for its content, or unread for its size, is another test's.
    screen: fakeScreen('off'),
  });
  return { findings, changes: { ...changes, patch: changes.patch && [...changes.patch].join('') } };
}

/** A worktree of the repository, once its files are there. */
export async function newWorktree(server: SessionServer, repository: string, name: string): Promise<string> {
  const directory = await server.createWorktree(repository, name);
  await eventually(async () => expect(await server.isCheckedOut(directory)).toBe(true));
  return directory;
}

/**
 * Has an agent run a script of `sh`, whatever bytes are in it, and returns what the workflow would carry of its
 * session.
 */
export async function workedIn(
  server: SessionServer,
  place: Pick<SessionRef, 'directory' | 'repository' | 'worktree' | 'baseCommit'>,
  jobId: string,
  script: string,
): Promise<SessionRef & { session: Session }> {
  const session = await open(server, place.directory, jobId);
  await work(server, session, jobId, bash(`echo ${Buffer.from(script).toString('base64')} | base64 -d | sh`));
  return { ...sampleRef(), ...place, id: session.id, ...idsOf(session, jobId), session };
}

/** The tree that a patch makes of a commit, by git's own index. */
export async function treeOfPatch(repository: string, commit: string, patch: string): Promise<string> {
  return withIndex(repository, async (index, folder) => {
    await index('read-tree', commit);
    if (patch !== '') {
      await writeFile(join(folder, 'patch'), patch);
      await index('apply', '--cached', '--whitespace=nowarn', join(folder, 'patch'));
    }
    return index('write-tree');
  });
}

/** The tree of a checkout as its files are, what is ignored left out unless it is in the index. */
export async function treeOfFiles(checkout: string): Promise<string> {
  return withIndex(checkout, async (index) => {
    for (const ref of ['HEAD', await git(checkout, 'write-tree')]) await index('read-tree', ref);
    await index('add', '--all', '.');
    return index('write-tree');
  });
}

/** Paths in which two trees differ, unquoted. */
export async function differing(repository: string, one: string, other: string): Promise<string[]> {
  const listed = await git(repository, 'diff-tree', '-r', '-z', '--no-renames', '--name-only', one, other);
  return listed.split('\0').filter((path) => path !== '');
}

type RunGit = (...command: string[]) => Promise<string>;

async function withIndex<T>(directory: string, work: (index: RunGit, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-index-'));
  try {
    return await work(
      (...command) => gitWith({ GIT_INDEX_FILE: join(folder, 'index') }, directory, ...command),
      folder,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
