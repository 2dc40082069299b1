import { appendFile, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SessionServer } from '../../../../functions/ports.ts';
import { createSampleRepository } from '../../../../infra/local/opencode/sample-repository.ts';
import { toGitPatch } from '../../../support/git-patch.ts';
import { type DoubleServer, startDoubleServer } from '../../../support/system/double-server.ts';
import { applied, bash, connectDriver, git, open, recogniseServer, work } from '../../../support/system/driver.ts';
import { alice, connect, startStub } from '../stub-server.ts';

let host: DoubleServer;
let server: SessionServer;
let stop: () => Promise<void>;
beforeEach(async () => {
  ({ host, stop } = await startDoubleServer());
  server = host.server;
});
afterEach(() => stop());

describe('a server of 2.x', () => {
  test('tells its version, and takes one user name only', async () => {
    expect(await recogniseServer(host)).toMatchObject({ version: '2.0.26', dialect: 'v2' });
    await expect(recogniseServer({ ...host, username: 'alice' })).rejects.toMatchObject({
      name: 'CredentialsRejected',
      message: expect.stringContaining('`opencode` alone'),
    });
  });

  test('that is starting is unreachable for now', async () => {
    host.double.behaviour.starting = true;
    await expect(recogniseServer(host)).rejects.toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringContaining('service_starting'),
    });
  });

  test('has models and agents by their ids, and no key of a provider gets through', async () => {
    expect(await server.models(host.directory)).toEqual([{ providerID: 'stub', modelIDs: ['stub-1'] }]);
    expect(await server.agents(host.directory)).toEqual(['build', 'plan', 'general']);
  });

  test('whose lists are empty at first is asked again, and believed after ten looks', async () => {
    const pauses: number[] = [];
    const patient = { dialect: 'v2' as const, read: () => alice, pause: async (ms: number) => void pauses.push(ms) };
    let looks = 0;
    const stub = await startStub({
      'GET /api/agent': (response) => {
        looks += 1;
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ data: looks < 3 ? [] : [{ id: 'build' }] }));
      },
      'GET /api/model': { data: [] },
    });
    expect(await connect(stub.url, patient).agents('/srv')).toEqual(['build']);
    expect(await connect(stub.url, patient).models('/srv')).toEqual([]);
    expect(pauses).toEqual(Array.from({ length: 2 + 9 }, () => 1_000));
    expect(stub.seen[0]?.query).toEqual({ 'location[directory]': '/srv' });
  });
});

describe('directories', () => {
  test('are resolved, and those that are none are told', async () => {
    const folder = join(host.directory, '..', 'ordinary + ünusual folder');
    await mkdir(folder);
    expect(await server.resolveDirectory(null)).toBe(host.directory);
    expect(await server.resolveDirectory(`${host.directory}/`)).toBe(host.directory);
    expect(await server.resolveDirectory(folder)).toBe(await realpath(folder));
    for (const unusable of ['/does/not/exist', join(host.directory, 'README.md')]) {
      await expect(server.resolveDirectory(unusable)).rejects.toMatchObject({
        name: 'WorkspaceFailed',
        message: expect.stringContaining(unusable),
      });
    }
  });

  test('have a commit, or none', async () => {
    const folder = join(host.directory, '..', 'no-repository');
    await mkdir(folder);
    expect(await server.headCommit(host.directory)).toBe(await git(host.directory, 'rev-parse', 'HEAD'));
    expect(await server.headCommit(join(host.directory, 'src'))).toBe(await git(host.directory, 'rev-parse', 'HEAD'));
    expect(await server.headCommit(folder)).toBeNull();
    await git(folder, 'init', '--quiet');
    expect(await server.headCommit(folder)).toBeNull();
    await expect(server.createWorktree(folder, 'relay-1')).rejects.toMatchObject({
      name: 'WorkspaceFailed',
      message: expect.stringContaining('not a git repository'),
    });
    expect(await server.listWorktrees(folder)).toEqual([]);
  });
});

describe('the git folder of a repository', () => {
  test('is told by one command: what git runs and reads, and which branches there are', async () => {
    const folder = join(host.directory, '.git');
    await mkdir(join(folder, 'objects', 'info'), { recursive: true });
    for (const [path, text] of [
      ['hooks/pre-commit', 'sh'],
      ['hooks/pre-push.sample', 'sh'],
      ['info/attributes', '* filter=ü'],
      ['objects/info/alternates', '/tmp/objects'],
      ['commondir', '.'],
    ] as const) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const read = await server.gitFolder(host.directory);
    const paths = [...(read?.files.keys() ?? [])].filter((path) => path !== 'info/exclude').sort();
    expect(paths).toEqual(['commondir', 'config', 'hooks/pre-commit', 'info/attributes', 'objects/info/alternates']);
    expect(read?.files.get('config')).toContain('repositoryformatversion = 0');
    const branch = await git(host.directory, 'symbolic-ref', '--short', 'HEAD');
    expect(read?.branches.get(branch)).toBe(await git(host.directory, 'rev-parse', 'HEAD'));
    await writeFile(join(folder, 'hooks/pre-commit'), 'sh -x');
    const changed = await server.gitFolder(host.directory);
    expect(changed?.files.get('hooks/pre-commit')).not.toBe(read?.files.get('hooks/pre-commit'));
    expect({ ...changed, files: changed?.files.get('config') }).toEqual({ ...read, files: read?.files.get('config') });
    // A worktree shares it.
    const worktree = await server.createWorktree(host.directory, 'relay-1');
    expect((await server.gitFolder(worktree))?.files).toEqual(changed?.files);
  });

  test('is none outside of one', async () => {
    const folder = join(host.directory, '..', 'no-repository');
    await mkdir(folder);
    expect(await server.gitFolder(folder)).toBeNull();
  });
});

describe('worktrees', () => {
  test('are made with their files, listed, and removed whatever is in them', async () => {
    const directory = await server.createWorktree(host.directory, 'relay-1');
    expect(await server.isCheckedOut(directory)).toBe(true);
    expect(await server.createWorktree(host.directory, 'relay-1')).toBe(`${directory}-2`);
    expect((await server.listWorktrees(host.directory)).sort()).toEqual([directory, `${directory}-2`]);
    await writeFile(join(directory, 'left.txt'), 'left behind\n');
    await server.disposeInstance(directory);
    await server.removeWorktree(host.directory, directory);
    expect(await server.listWorktrees(host.directory)).toEqual([`${directory}-2`]);
    await expect(server.removeWorktree(host.directory, directory)).rejects.toMatchObject({ name: 'WorkspaceFailed' });
  });

  test('are made of the clone that is named, though all clones are one project', async () => {
    const clone = join(host.directory, '..', 'clone');
    await git(host.directory, 'clone', '--quiet', host.directory, clone);
    await appendFile(join(clone, 'README.md'), 'a line of the clone\n');
    await git(clone, 'commit', '--quiet', '--all', '--message=in the clone');
    const directory = await server.createWorktree(clone, 'relay-1');
    expect(await server.headCommit(directory)).toBe(await git(clone, 'rev-parse', 'HEAD'));
  });
});

describe('what a session changed', () => {
  test('is told against its base, whatever was committed and wherever the default branch is', async () => {
    await git(host.directory, 'checkout', '--quiet', '-b', 'feature');
    await git(host.directory, 'commit', '--quiet', '--allow-empty', '--message=feature');
    const base = await git(host.directory, 'rev-parse', 'HEAD');
    const directory = await server.createWorktree(host.directory, 'relay-1');
    const session = await open(server, directory, 'job_1');
    const script = bash(
      'git rm -q README.md && git commit -qm wip && mkdir "a b" && echo hi > "a b/ü ß.txt" && printf end > noend.txt && ' +
        ': > empty.txt && echo more >> package.json && printf "a\\\\000b" > x.bin && printf "#!/bin/sh\\\\n" > run.sh && chmod +x run.sh',
    );
    const message = await work(server, session, 'job_1', script);
    const status = ['D  README.md', 'A  "a b/ü ß.txt"', 'A  empty.txt', 'A  noend.txt', 'M  package.json', 'A  run.sh'];
    const told = { status, skipped: ['x.bin'] };
    const tree = (await server.workingTreeDiff({ directory, baseCommit: base, own: false })) ?? [];
    expect(await applied(host.directory, tree)).toEqual(told);
    expect(tree.find(({ path }) => path === 'run.sh')?.patch).toContain('new file mode 100755');
    expect(await applied(host.directory, await server.turnDiff(session.id, message))).toEqual(told);
    // The turn is kept by the server, so it is there when the worktree is not.
    expect(await server.turnDiff(session.id, 'msg_unknown')).toEqual([]);
  });

  test('in a turn and in the one that followed it is one change', async () => {
    const session = await open(server, await server.createWorktree(host.directory, 'relay-1'), 'job_1');
    const writes = (path: string, content: string) => `[[write ${JSON.stringify({ path, content })}]]`;
    const first = await work(server, session, 'job_1', writes('a.txt', 'one\n'));
    await work(server, session, 'job_1 1', writes('b.txt', 'two\n'));
    const last = await work(server, session, 'job_1 2', writes('a.txt', 'three\n'));
    const changes = await server.turnDiff(session.id, first, last);
    expect(changes.map(({ path, status, additions }) => [path, status, additions]).sort()).toEqual([
      ['a.txt', 'added', 1],
      ['b.txt', 'added', 1],
    ]);
    expect((await applied(host.directory, changes)).status).toEqual(['A  a.txt', 'A  b.txt']);
    expect(changes.find(({ path }) => path === 'a.txt')?.patch).toContain('\n+three\n');
  });

  test('θ: comes with a few lines of context, and what is too large for it comes without content', async () => {
    const repository = join(host.directory, '..', 'large');
    await createSampleRepository(repository);
    await writeFile(join(repository, 'long.txt'), Array.from({ length: 1_000 }, (_, n) => `line ${n}\n`).join(''));
    await git(repository, 'add', 'long.txt');
    await git(repository, 'commit', '--quiet', '--message=long');
    const base = await git(repository, 'rev-parse', 'HEAD');
    await appendFile(join(repository, 'long.txt'), 'one more\n');
    const [few] = (await server.workingTreeDiff({ directory: repository, baseCommit: base, own: false })) ?? [];
    expect(few?.patch.split('\n').filter((line) => line.startsWith(' '))).toEqual([
      ' line 997',
      ' line 998',
      ' line 999',
    ]);
    await writeFile(join(repository, 'dump.sql'), 'x'.repeat(11 * 1024 * 1024));
    const cut = (await server.workingTreeDiff({ directory: repository, baseCommit: base, own: false })) ?? [];
    expect(cut.map(({ path, additions }) => [path, additions])).toEqual([
      ['dump.sql', 1],
      ['long.txt', 1],
    ]);
    expect(toGitPatch(cut)).toMatchObject({ text: '', skipped: ['dump.sql', 'long.txt'] });
  });

  test('of a server that keeps no snapshots is in the working tree alone', async () => {
    host.double.behaviour.snapshots = false;
    const session = await open(server, host.directory, 'job_1');
    const base = await server.headCommit(host.directory);
    const message = await work(server, session, 'job_1', '[[write]]');
    expect(await server.turnDiff(session.id, message)).toEqual([]);
    expect(await server.workingTreeDiff({ directory: host.directory, baseCommit: base, own: false })).toMatchObject([
      { path: 'scripted.txt', status: 'added' },
    ]);
  });
});

test('the page of a session is the one of the web UI of 2.x', () => {
  const { url } = host;
  const key = Buffer.from(url).toString('base64url');
  expect(connectDriver(host, 'v2').page({ id: 'ses_1', directory: '/srv' })).toBe(`/server/${key}/session/ses_1`);
});
