import { describe, expect, test } from 'vitest';
import { answer, connect, failureOf, serverError, startStub } from '../stub-server.ts';

const wire = (changes: object = {}) => ({
  id: 'ses_1',
  slug: 'lucky-orchid',
  directory: '/srv',
  title: 'alert [job_1]',
  cost: 0.25,
  tokens: { input: 100, output: 25, reasoning: 5, cache: { read: 20, write: 1 } },
  time: { created: 1795351528256, updated: 1795351528256 },
  ...changes,
});
const session = {
  id: 'ses_1',
  directory: '/srv',
  title: 'alert [job_1]',
  createdAt: 1795351528256,
  costUsd: 0.25,
  tokens: { input: 100, output: 25, reasoning: 5, cacheRead: 20, cacheWrite: 1 },
  permissions: null,
};
const wanted = {
  jobId: 'job_1',
  directory: '/srv',
  title: 'alert [job_1]',
  metadata: { jobId: 'job_1' },
  model: null,
  agent: null,
};

describe('a session', () => {
  test('is created with its title and metadata', async () => {
    const stub = await startStub({ 'POST /session': wire() });
    expect(await connect(stub.url).createSession(wanted)).toEqual(session);
    expect(stub.seen).toMatchObject([
      { query: { directory: '/srv' }, body: '{"title":"alert [job_1]","metadata":{"jobId":"job_1"}}' },
    ]);
  });

  test('is created with its own rules, which the server tells again', async () => {
    const permission = [{ permission: 'bash', pattern: 'git push *', action: 'deny' }];
    const stub = await startStub({ 'POST /session': wire({ permission }) });
    const permissions = [{ action: 'bash', resource: 'git push *', effect: 'deny' } as const];
    expect(await connect(stub.url).createSession({ ...wanted, permissions })).toEqual({ ...session, permissions });
    expect(JSON.parse(stub.seen[0]?.body ?? '')).toMatchObject({ permission });
  });

  test('is found by its exact title and directory; the oldest of several', async () => {
    const stub = await startStub({
      'GET /session': [
        wire({ id: 'ses_4' }),
        wire({ id: 'ses_3', title: 'Alert [job_1]' }),
        wire({ id: 'ses_2' }),
        wire({ id: 'ses_1', directory: '/srv/other' }),
      ],
    });
    expect(await connect(stub.url).findSession(wanted)).toMatchObject({ id: 'ses_2' });
    expect(stub.seen).toMatchObject([{ query: { directory: '/srv', search: 'alert [job_1]', roots: 'true' } }]);
  });

  test('that is not there is not found', async () => {
    const { url } = await startStub({ 'GET /session': [wire({ title: 'alert [job_1] 2' })] });
    expect(await connect(url).findSession(wanted)).toBeUndefined();
  });

  test('of an older server has no cost', async () => {
    const { id, directory, title, time } = wire();
    const { url } = await startStub({ 'GET /session/ses_1': { id, directory, title, time } });
    expect(await connect(url).session('ses_1')).toMatchObject({ costUsd: 0, tokens: { input: 0, cacheRead: 0 } });
  });
});

describe('descendants', () => {
  test('are those of every generation, each once', async () => {
    const { url } = await startStub({
      'GET /session/ses_1/children': [{ id: 'ses_2' }, { id: 'ses_3' }],
      'GET /session/ses_2/children': [{ id: 'ses_4' }, { id: 'ses_1' }],
      'GET /session/ses_3/children': [{ id: 'ses_4' }],
      'GET /session/ses_4/children': [],
    });
    expect(await connect(url).descendants('ses_1')).toEqual(['ses_2', 'ses_3', 'ses_4']);
  });

  test('are read five generations deep', async () => {
    const routes = Array.from({ length: 9 }, (_, n) => [`GET /session/ses_${n}/children`, [{ id: `ses_${n + 1}` }]]);
    const stub = await startStub(Object.fromEntries(routes));
    expect(await connect(stub.url).descendants('ses_0')).toEqual(['ses_1', 'ses_2', 'ses_3', 'ses_4', 'ses_5']);
    expect(stub.seen).toHaveLength(5);
  });

  test('are a hundred at most', async () => {
    const children = Array.from({ length: 150 }, (_, n) => ({ id: `ses_c${n}` }));
    const stub = await startStub({ 'GET /session/ses_1/children': children });
    expect(await connect(stub.url).descendants('ses_1')).toHaveLength(100);
    expect(stub.seen).toHaveLength(1);
  });
});

describe('a prompt', () => {
  const prompt = { messageId: 'msg_1', partId: 'prt_1', text: 'Fix it.', model: null, agent: null };
  const sent = { messageID: 'msg_1', parts: [{ id: 'prt_1', type: 'text', text: 'Fix it.' }] };

  test.each([
    ['leaves out what is not set', {}, {}],
    [
      'names model and agent',
      { model: { providerID: 'stub', modelID: 'stub-1' }, agent: 'build' },
      { model: { providerID: 'stub', modelID: 'stub-1' }, agent: 'build' },
    ],
  ])('%s', async (_, given, expected) => {
    const stub = await startStub({ 'POST /session/ses_1/prompt_async': (response) => answer(response, 204) });
    await connect(stub.url).prompt('ses_1', { ...prompt, ...given });
    expect(JSON.parse(stub.seen[0]?.body ?? '')).toEqual({ ...sent, ...expected });
  });

  test('to a session that is gone', async () => {
    const { url } = await startStub({ 'POST /session/ses_1/prompt_async': serverError(404, 'NotFoundError') });
    expect(await failureOf(connect(url).prompt('ses_1', prompt))).toMatchObject({ name: 'SessionLost' });
  });

  test('to a web page', async () => {
    const { url } = await startStub({});
    expect(await failureOf(connect(url).prompt('ses_1', prompt))).toMatchObject({ name: 'ServerUnsupported' });
  });
});

test('an abort is sent to the session', async () => {
  const stub = await startStub({ 'POST /session/ses_1/abort': true });
  await connect(stub.url).abort('ses_1');
  expect(stub.calls()).toEqual(['POST /session/ses_1/abort']);
});

test('an id cannot leave its place in the path', async () => {
  const stub = await startStub({});
  await failureOf(connect(stub.url).abort('../config?x='));
  expect(stub.calls()).toEqual(['POST /session/..%2Fconfig%3Fx%3D/abort']);
});
