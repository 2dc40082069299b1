import { describe, expect, test } from 'vitest';
import { answer, connect, failureOf, type Routes, serverError, startStub } from '../stub-server.ts';

const message = (id: string, role = 'assistant') => ({ info: { id, role, time: { created: 1 } }, parts: [] });
const file = (name: string, patch = `+${name}`) => ({ file: name, patch, additions: 1, deletions: 0, status: 'added' });
const diff = (name: string) => ({ path: name, patch: `+${name}`, additions: 1, deletions: 0, status: 'added' });

/** A session with these messages, whose user messages have these diffs. */
function sessionOf(messages: ReturnType<typeof message>[], diffs: Record<string, object[]>): Routes {
  return {
    'GET /session/ses_1/message': (response, { query }) => {
      const end = query.before === undefined ? messages.length : Number(query.before);
      const from = Math.max(0, end - Number(query.limit));
      const headers: Record<string, string> = from > 0 ? { 'x-next-cursor': String(from) } : {};
      answer(response, 200, messages.slice(from, end), 'application/json', headers);
    },
    'GET /session/ses_1/diff': (response, { query }) => answer(response, 200, diffs[query.messageID ?? ''] ?? []),
  };
}

describe('the diff of our turn', () => {
  test('is that of our message', async () => {
    const messages = [message('msg_1', 'user'), message('msg_2')];
    const { url } = await startStub(sessionOf(messages, { msg_1: [file('a.ts'), { additions: 0, deletions: 0 }] }));
    expect(await connect(url).turnDiff('ses_1', 'msg_1')).toEqual([diff('a.ts')]);
  });

  test('takes in what follows a compacted conversation, and nothing from before', async () => {
    const messages = [message('msg_0', 'user'), message('msg_1', 'user'), message('msg_2'), message('msg_3', 'user')];
    const diffs = { msg_0: [file('old.ts')], msg_1: [file('a.ts')], msg_3: [file('b.ts')] };
    const { url } = await startStub(sessionOf(messages, diffs));
    expect(await connect(url).turnDiff('ses_1', 'msg_1')).toEqual([diff('a.ts'), diff('b.ts')]);
  });

  test('is found behind many answers', async () => {
    const answers = Array.from({ length: 90 }, (_, n) => message(`msg_a${n}`));
    const stub = await startStub(sessionOf([message('msg_1', 'user'), ...answers], { msg_1: [file('a.ts')] }));
    expect(await connect(stub.url).turnDiff('ses_1', 'msg_1')).toEqual([diff('a.ts')]);
    expect(stub.seen.map(({ query }) => query.limit ?? query.messageID)).toEqual(['32', '32', '32', 'msg_1']);
  });

  test('is empty where our message never arrived', async () => {
    const { url } = await startStub(sessionOf([message('msg_9', 'user')], { msg_9: [file('a.ts')] }));
    expect(await connect(url).turnDiff('ses_1', 'msg_1')).toEqual([]);
  });

  test('of a session that is gone', async () => {
    const { url } = await startStub({ 'GET /session/ses_1/message': serverError(404, 'NotFoundError') });
    expect(await failureOf(connect(url).turnDiff('ses_1', 'msg_1'))).toMatchObject({ name: 'SessionLost' });
  });
});

describe('the diff of a working tree', () => {
  const base = 'a'.repeat(40);
  const later = 'b'.repeat(40);
  const text = (content: string) => ({ type: 'text', content });
  /** A worktree at a commit, in a repository whose default branch is at another. */
  const treeAt = (head: string, main: string | null, changed: object[]): Routes => ({
    'GET /vcs/status': changed,
    'GET /path': { worktree: '/data/w' },
    'GET /file/content': (response, { query }) => {
      const files: Record<string, string> = { '.git/HEAD': head, '.git/refs/heads/main': main ?? '' };
      answer(response, 200, text(files[query.path ?? ''] ?? ''));
    },
    'GET /vcs': { branch: 'x', default_branch: main === null ? null : 'main' },
    'GET /vcs/diff': [file('a.ts')],
  });

  test.each([
    ['is that with HEAD, until the agent commits', treeAt(base, base, [{ file: 'a.ts' }]), 'git'],
    ['is that with the default branch, where its tip is the base', treeAt(later, base, []), 'branch'],
  ])('%s', async (_, routes, mode) => {
    const stub = await startStub(routes);
    expect(await connect(stub.url).workingTreeDiff({ directory: '/data/w', baseCommit: base, own: false })).toEqual([
      diff('a.ts'),
    ]);
    expect(stub.seen.at(-1)).toMatchObject({ call: 'GET /vcs/diff', query: { directory: '/data/w', mode } });
  });

  test('is empty where the tree equals its base', async () => {
    const { url } = await startStub(treeAt(base, base, []));
    expect(await connect(url).workingTreeDiff({ directory: '/data/w', baseCommit: base, own: false })).toEqual([]);
  });

  test.each([
    ['went on, so that it would bring changes of others', later],
    ['is not known', null],
  ])('cannot be told of commits where the default branch %s', async (_, main) => {
    const { url } = await startStub(treeAt(later, main, []));
    expect(await connect(url).workingTreeDiff({ directory: '/data/w', baseCommit: base, own: false })).toBeNull();
  });
});
