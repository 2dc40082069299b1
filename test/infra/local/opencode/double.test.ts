import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startDouble } from '../../../../infra/local/opencode/double/double.ts';
import { createSampleRepository } from '../../../../infra/local/opencode/sample-repository.ts';
import { type DoubleServer, startDoubleServer } from '../../../support/system/double-server.ts';

/** What the source and captures of 2.x tell of its HTTP, and what a client that leans on 1.x trips over. */
describe('the double of OpenCode 2.x', () => {
  let host: DoubleServer;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ host, stop } = await startDoubleServer({ coldReads: 2 }));
  });
  afterAll(() => stop());

  const seen = async (response: Response) => {
    const text = await response.text();
    const type = response.headers.get('content-type');
    return { status: response.status, type, body: type === 'application/json' ? JSON.parse(text) : text };
  };
  const ask = async (method: string, path: string, body?: object) => seen(await host.request(method, path, body));

  test('shows its web page to anybody, and refuses what is not a GET there', async () => {
    for (const path of ['/', '/global/health', '/session']) {
      expect(await seen(await fetch(`${host.url}${path}`))).toMatchObject({ status: 200, type: 'text/html' });
    }
    expect(await seen(await fetch(`${host.url}/session`, { method: 'POST' }))).toEqual({
      status: 405,
      type: null,
      body: '',
    });
  });

  test('lets nobody else than `opencode` in', async () => {
    const authorization = `Basic ${Buffer.from(`alice:${host.password}`).toString('base64')}`;
    const response = await fetch(`${host.url}/api/info`, { headers: { authorization } });
    expect(response.headers.get('www-authenticate')).toContain('Basic');
    expect(await seen(response)).toMatchObject({ status: 401, body: { _tag: 'UnauthorizedError' } });
  });

  test('has an empty 404 for a route that it does not have, and a named one for a session', async () => {
    expect(await ask('GET', '/api/health')).toEqual({ status: 404, type: null, body: '' });
    expect(await ask('GET', '/api/session/ses_nope')).toMatchObject({
      status: 404,
      body: { _tag: 'SessionNotFoundError' },
    });
  });

  test('ignores `directory`, and opens a directory with empty lists', async () => {
    expect((await ask('GET', '/api/location?directory=/tmp')).body).toMatchObject({ directory: host.directory });
    const looks = [];
    for (let look = 0; look < 3; look++) looks.push((await ask('GET', '/api/agent')).body.data.length);
    expect(looks).toEqual([0, 0, 3]);
  });

  test('pages messages newest first, with a cursor as long as a page is not empty', async () => {
    const { body } = await ask('POST', '/api/session', { id: 'ses_pages', title: 'pages' });
    expect(body.data).toMatchObject({ id: 'ses_pages', location: { directory: host.directory } });
    await ask('POST', '/api/session/ses_pages/prompt', { id: 'msg_pages', text: '[[text]]' });
    await expect.poll(async () => (await ask('GET', '/api/session/active')).body.data).toEqual({});
    const path = '/api/session/ses_pages/message';
    const first = (await ask('GET', `${path}?limit=2`)).body;
    expect(first.data.map(({ type }: { type: string }) => type)).toEqual(['idle', 'assistant']);
    const second = (await ask('GET', `${path}?limit=2&cursor=${first.cursor.next}`)).body;
    expect(second.data).toMatchObject([{ id: 'msg_pages', type: 'user', text: '[[text]]' }]);
    const third = (await ask('GET', `${path}?cursor=${second.cursor.next}`)).body;
    expect(third).toEqual({ data: [], cursor: {} });
    for (const refused of ['limit=201', 'limit=0', 'type=idle', `order=asc&cursor=${first.cursor.next}`, 'cursor=x']) {
      expect((await ask('GET', `${path}?${refused}`)).status).toBe(400);
    }
  });

  test('has no second session or message under an id, and no message of one kind under the id of another', async () => {
    const create = () => ask('POST', '/api/session', { id: 'ses_twice', title: crypto.randomUUID() });
    expect((await create()).body).toEqual((await create()).body);
    await ask('POST', '/api/session', { id: 'ses_third' });
    const prompt = (id: string) =>
      ask('POST', `/api/session/${id}/prompt`, { id: 'msg_twice', text: '[[text]]', resume: false });
    expect((await prompt('ses_twice')).status).toBe(200);
    expect((await prompt('ses_twice')).status).toBe(200);
    expect(await prompt('ses_third')).toMatchObject({ status: 409, body: { _tag: 'ConflictError' } });
    expect((await ask('GET', '/api/session/ses_twice/inbox')).body.data).toHaveLength(1);
    expect((await ask('POST', '/api/session', { id: 'not-one' })).status).toBe(400);
  });

  test('acknowledges an interrupt of what does not run with false', async () => {
    await ask('POST', '/api/session', { id: 'ses_still' });
    expect((await ask('POST', '/api/session/ses_still/interrupt')).body).toEqual({ interrupted: false });
    expect((await ask('DELETE', '/api/session/ses_still')).status).toBe(204);
    expect((await ask('GET', '/api/session/ses_still')).status).toBe(404);
  });

  test('kills a command that takes longer than it may, and tells', async () => {
    const { body } = await ask('POST', '/api/shell', { command: 'sleep 60', timeout: 50 });
    await expect
      .poll(async () => (await ask('GET', `/api/shell/${body.data.id}`)).body.data)
      .toMatchObject({ status: 'timeout' });
  });
});

test('sessions are kept over a restart of the double', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-kept-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const directory = join(folder, 'repository');
  await createSampleRepository(directory);
  await mkdir(join(folder, 'worktrees'));
  const options = {
    password: 'p',
    directory,
    worktreeDirectory: join(folder, 'worktrees'),
    stateFile: join(folder, 'state', 'double.json'),
  };
  const headers = { authorization: `Basic ${Buffer.from('opencode:p').toString('base64')}` };
  const first = await startDouble(options);
  await fetch(`${first.url}/api/session`, { method: 'POST', headers, body: '{"id":"ses_kept","title":"kept"}' });
  await first.stop();
  const second = await startDouble(options);
  onTestFinished(() => second.stop());
  const kept: unknown = await (await fetch(`${second.url}/api/session/ses_kept`, { headers })).json();
  expect(kept).toMatchObject({ data: { title: 'kept' } });
});
