import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { answer, connect, failureOf, serverError, startStub } from '../stub-server.ts';

describe('resolving a directory', () => {
  test("none is the server's own", async () => {
    const stub = await startStub({ 'GET /path': { directory: '/srv/default', worktree: '/srv/default' } });
    expect(await connect(stub.url).resolveDirectory(null)).toBe('/srv/default');
    expect(stub.seen).toMatchObject([{ query: {} }]);
  });

  test('one is as the server names it, once it has been listed', async () => {
    const stub = await startStub({ 'GET /path': { directory: '/srv/shop' }, 'GET /file': [{ name: 'a' }] });
    expect(await connect(stub.url).resolveDirectory('/srv/shop/')).toBe('/srv/shop');
    expect(stub.seen).toMatchObject([
      { call: 'GET /path', query: { directory: '/srv/shop/' } },
      { call: 'GET /file', query: { directory: '/srv/shop/', path: '.' } },
    ]);
  });

  test('one that is not there is named', async () => {
    const { url } = await startStub({
      'GET /path': { directory: '/srv/nope' },
      'GET /file': serverError(500, 'UnknownError'),
    });
    expect(await failureOf(connect(url).resolveDirectory('/srv/nope'))).toMatchObject({
      name: 'WorkspaceFailed',
      message: expect.stringMatching(/\/srv\/nope.*config\.directory/),
    });
  });

  test('a file is no directory', async () => {
    const { url } = await startStub({
      'GET /path': (response, { query }) =>
        query.directory === undefined
          ? answer(response, 200, { directory: '/srv' })
          : serverError(500, 'UnknownError')(response),
    });
    expect(await failureOf(connect(url).resolveDirectory('/srv/file.txt'))).toMatchObject({ name: 'WorkspaceFailed' });
  });

  test("trouble of the whole server is not the directory's fault", async () => {
    const { url } = await startStub({ 'GET /path': serverError(500, 'UnknownError') });
    expect(await failureOf(connect(url).resolveDirectory('/srv'))).toMatchObject({ name: 'ServerUnreachable' });
  });
});

test('models are named by provider, and nothing else of the providers is kept', async () => {
  const provider = {
    id: 'stub',
    options: { apiKey: 'sk-secret' },
    models: { 'stub-1': { id: 'stub-1' }, 'stub-2': {} },
  };
  const { url } = await startStub({ 'GET /config/providers': { providers: [provider], default: {} } });
  expect(await connect(url).models('/srv')).toEqual([{ providerID: 'stub', modelIDs: ['stub-1', 'stub-2'] }]);
});

test('agents are named', async () => {
  const { url } = await startStub({ 'GET /agent': [{ name: 'build', mode: 'primary' }, { name: 'plan' }] });
  expect(await connect(url).agents('/srv')).toEqual(['build', 'plan']);
});

test('the permissions of an agent are told in the order of the server', async () => {
  const permission = [
    { permission: '*', pattern: '*', action: 'allow' },
    { permission: 'bash', pattern: 'git push*', action: 'ask' },
  ];
  const { url } = await startStub({
    'GET /agent': [
      { name: 'build', permission },
      { name: 'old', permission: {} },
    ],
  });
  const server = connect(url);
  expect(await server.agentPermissions('/srv', 'build')).toEqual([
    { action: '*', resource: '*', effect: 'allow' },
    { action: 'bash', resource: 'git push*', effect: 'ask' },
  ]);
  expect([await server.agentPermissions('/srv', 'old'), await server.agentPermissions('/srv', 'none')]).toEqual([
    undefined,
    undefined,
  ]);
});

test.each([
  ['open', (response: ServerResponse) => answer(response, 200, { healthy: true, version: '1.18.33' }), true],
  ['closed', (response: ServerResponse) => answer(response, 401), false],
  ['closed but for its web page', (response: ServerResponse) => answer(response, 200, '<html>', 'text/html'), false],
])('a server that is %s is asked without the password', async (_, respond, open) => {
  const stub = await startStub({ 'GET /global/health': respond });
  expect(await connect(stub.url).isOpen()).toBe(open);
  expect(stub.seen).toMatchObject([{ authorization: undefined }]);
});

describe('worktrees', () => {
  test('are listed, made and removed through their repository', async () => {
    const stub = await startStub({
      'GET /experimental/worktree': ['/data/w1'],
      'POST /experimental/worktree': { name: 'relay-1', branch: 'opencode/relay-1', directory: '/data/relay-1' },
      'DELETE /experimental/worktree': true,
    });
    const server = connect(stub.url);
    expect(await server.listWorktrees('/srv/shop')).toEqual(['/data/w1']);
    expect(await server.createWorktree('/srv/shop', 'relay-1')).toBe('/data/relay-1');
    await server.removeWorktree('/srv/shop', '/data/relay-1');
    expect(stub.seen.map(({ query, body }) => [query.directory, body])).toEqual([
      ['/srv/shop', ''],
      ['/srv/shop', '{"name":"relay-1"}'],
      ['/srv/shop', '{"directory":"/data/relay-1"}'],
    ]);
  });

  test.each([
    ['WorktreeNotGitError', /No worktree could be made of \/srv: it is not a git repository\./],
    ['WorktreeCreateFailedError', /git refused it \(WorktreeCreateFailedError\)/],
  ])('%s', async (name, message) => {
    const { url } = await startStub({ 'POST /experimental/worktree': serverError(400, name) });
    expect(await failureOf(connect(url).createWorktree('/srv', 'relay-1'))).toMatchObject({
      name: 'WorkspaceFailed',
      message: expect.stringMatching(message),
    });
  });

  test('are checked out when nothing is listed as changed', async () => {
    const status = [{ file: 'a', status: 'deleted' }];
    const { url } = await startStub({
      'GET /vcs/status': (response, { query }) => answer(response, 200, query.directory === '/clean' ? [] : status),
    });
    expect(await connect(url).isCheckedOut('/clean')).toBe(true);
    expect(await connect(url).isCheckedOut('/dirty')).toBe(false);
  });
});

test('an instance is disposed of', async () => {
  const stub = await startStub({ 'POST /instance/dispose': true });
  await connect(stub.url).disposeInstance('/srv/shop');
  expect(stub.seen).toMatchObject([{ query: { directory: '/srv/shop' } }]);
});
