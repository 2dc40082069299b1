import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { answer, connect, serverError, startStub } from '../stub-server.ts';

const commit = '8d1f0c6b1f0b7d1b6d0f1a2b3c4d5e6f70819203';
const stock: Record<string, string[]> = {
  '.git': ['config', 'hooks/', 'info/', 'packed-refs', 'HEAD'],
  '.git/hooks': ['pre-commit.sample', 'update.sample'],
  '.git/info': ['exclude', 'refs'],
  '.git/refs/heads': ['main', 'opencode/'],
};
const texts = { '.git/HEAD': 'ref: refs/heads/main', '.git/config': '[core]', '.git/info/exclude': '#' };

type Content = string | ((response: ServerResponse) => void);

/** A server with these folders, whose names end in `/` where they are folders themselves, and these files. */
async function folderOf(folders: Record<string, string[]>, files: Record<string, Content>, root = '/srv') {
  const { url, calls } = await startStub({
    'GET /path': { directory: '/srv', worktree: root },
    'GET /file': (response, { query }) => {
      const names = folders[query.path ?? ''];
      if (!names) return serverError(500, 'UnknownError')(response);
      const entries = names.map((name) => ({
        name: name.replace('/', ''),
        type: name.endsWith('/') ? 'directory' : 'file',
      }));
      answer(response, 200, entries);
    },
    'GET /file/content': (response, { query }) => {
      const contents: Record<string, Content> = { ...texts, ...files };
      const content = contents[query.path ?? ''] ?? '';
      if (typeof content === 'function') content(response);
      else answer(response, 200, { type: 'text', content });
    },
  });
  return { content: await connect(url).gitFolder('/srv'), calls: calls() };
}

describe('the git folder of a repository', () => {
  test('of a stock clone is read in eleven requests: no sample, and nothing that git writes itself', async () => {
    const packed = `# pack-refs\n${commit} refs/heads/old\n${'e'.repeat(40)} refs/remotes/origin/main\n`;
    const { content, calls } = await folderOf(stock, { '.git/packed-refs': packed, '.git/refs/heads/main': commit });
    expect(content).toEqual({
      files: new Map([
        ['config', '[core]'],
        ['info/exclude', '#'],
      ]),
      branches: new Map([
        ['old', commit],
        ['main', commit],
      ]),
      complete: true,
    });
    expect(calls).toHaveLength(11);
  });

  test('has hooks, attributes, alternates, and what leads git elsewhere', async () => {
    const { content } = await folderOf(
      {
        ...stock,
        '.git': ['config', 'config.worktree', 'commondir', 'hooks/', 'info/'],
        '.git/hooks': ['pre-commit', 'folder/'],
        '.git/info': ['attributes'],
      },
      {
        '.git/config.worktree': 'a',
        '.git/commondir': '/tmp/evil',
        '.git/hooks/pre-commit': 'sh',
        '.git/info/attributes': '* filter=x',
        '.git/objects/info/alternates': '/tmp/objects',
      },
    );
    expect(Object.fromEntries(content?.files ?? [])).toEqual({
      config: '[core]',
      'config.worktree': 'a',
      commondir: '/tmp/evil',
      'hooks/pre-commit': 'sh',
      'info/attributes': '* filter=x',
      'objects/info/alternates': '/tmp/objects',
    });
  });

  test('what the server cannot read is there without a text: bytes that are no UTF-8, and what leads elsewhere', async () => {
    const { content } = await folderOf(
      { ...stock, '.git/hooks': ['pre-commit', 'program'] },
      {
        '.git/hooks/pre-commit': serverError(500, 'UnknownError'),
        '.git/hooks/program': (response) => answer(response, 200, { type: 'binary', content: 'AAE=' }),
      },
    );
    expect(content?.files.get('hooks/pre-commit')).toBeNull();
    expect(content?.files.get('hooks/program')).toBe('binary AAE=');
    const { '.git/hooks': _, ...linked } = stock;
    expect((await folderOf(linked, {})).content?.files.get('hooks')).toBeNull();
  });

  test('of very many hooks those beyond are named, unread, and it is said', async () => {
    const hooks = Array.from({ length: 70 }, (_, index) => `hook-${index}`);
    const { content, calls } = await folderOf({ ...stock, '.git/hooks': hooks }, { '.git/hooks/hook-69': 'sh' });
    expect(content).toMatchObject({ complete: false });
    expect(content?.files.get('hooks/hook-69')).toBeNull();
    expect(calls.length).toBeLessThan(80);
  });

  test('there is none outside a repository', async () => {
    expect((await folderOf({}, {}, '/')).content).toBeNull();
  });
});
