import { describe, expect, test } from 'vitest';
import { answer, connect, startStub } from '../stub-server.ts';

const commit = '8d1f0c6b1f0b7d1b6d0f1a2b3c4d5e6f70819203';
const other = 'f'.repeat(40);

/** A server that has the given files; any other is empty, as on the real one. */
async function headOf(directory: string, root: string, files: Record<string, string>): Promise<string | null> {
  const { url } = await startStub({
    'GET /path': { directory, worktree: root },
    'GET /file/content': (response, { query }) =>
      answer(response, 200, { type: 'text', content: files[`${query.directory}: ${query.path}`] ?? '' }),
  });
  return connect(url).headCommit(directory);
}

describe('the commit of HEAD', () => {
  const worktree = { '/data/w: .git': 'gitdir: /srv/shop/.git/worktrees/w' };
  const cases: [what: string, root: string, files: Record<string, string>, expected: string | null][] = [
    [
      'on a branch',
      '/srv',
      { '/srv: .git/HEAD': 'ref: refs/heads/main', '/srv: .git/refs/heads/main': `${commit}\n` },
      commit,
    ],
    [
      'on a packed branch',
      '/srv',
      {
        '/srv: .git/HEAD': 'ref: refs/heads/main',
        '/srv: .git/packed-refs': `# pack-refs with: peeled\n${other} refs/heads/not/refs/heads/main\n${commit} refs/heads/main\n`,
      },
      commit,
    ],
    ['detached', '/srv', { '/srv: .git/HEAD': commit }, commit],
    ['of SHA-256', '/srv', { '/srv: .git/HEAD': 'a'.repeat(64) }, 'a'.repeat(64)],
    [
      'of a worktree',
      '/data/w',
      {
        ...worktree,
        '/srv/shop: .git/worktrees/w/HEAD': 'ref: refs/heads/opencode/w',
        '/srv/shop: .git/refs/heads/opencode/w': commit,
      },
      commit,
    ],
    ['of a detached worktree', '/data/w', { ...worktree, '/srv/shop: .git/worktrees/w/HEAD': commit }, commit],
    [
      'of a worktree of a bare repository',
      '/data/w',
      {
        '/data/w: .git': 'gitdir: /srv/shop.git/worktrees/w',
        '/srv/shop.git/worktrees/w: HEAD': 'ref: refs/heads/x',
        '/srv/shop.git: refs/heads/x': commit,
      },
      commit,
    ],
    [
      'of a submodule',
      '/srv/shop/lib',
      {
        '/srv/shop/lib: .git': 'gitdir: ../.git/modules/lib',
        '/srv/shop: .git/modules/lib/HEAD': 'ref: refs/heads/main',
        '/srv/shop: .git/modules/lib/refs/heads/main': commit,
      },
      commit,
    ],
    ['where there is no repository', '/', {}, null],
    ['on a branch that is nowhere', '/srv', { '/srv: .git/HEAD': 'ref: refs/heads/.invalid' }, null],
    ['that is something else', '/srv', { '/srv: .git/HEAD': 'ref: ../../etc/passwd' }, null],
  ];
  test.each(cases)('%s', async (_, root, files, expected) => {
    expect(await headOf(root === '/' ? '/srv/x' : root, root, files)).toBe(expected);
  });

  test("of a folder in a repository is the repository's", async () => {
    expect(await headOf('/srv/shop/src', '/srv/shop', { '/srv/shop: .git/HEAD': commit })).toBe(commit);
  });
});
