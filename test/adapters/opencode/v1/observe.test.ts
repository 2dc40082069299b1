import { describe, expect, test } from 'vitest';
import { answer, connect, failureOf, type Routes, startStub } from '../stub-server.ts';

const run = { id: 'ses_1', directory: '/srv', messageId: 'msg_1' };
const question = { info: { id: 'msg_1', role: 'user', time: { created: 1 } }, parts: [] };
const step = (id: string, parentID = 'msg_1') => ({
  info: { id, role: 'assistant', parentID, time: { created: 2, completed: 3 }, finish: 'stop' },
  parts: [],
});
const quiet: Routes = {
  'GET /session/status': {},
  'GET /session/ses_1/message': [question, step('msg_2')],
  'GET /permission': [],
  'GET /question': [],
  'GET /session/ses_1/children': [{ id: 'ses_2' }],
  'GET /session/ses_2/children': [],
};
const busy = { type: 'busy' };

const look = async (routes: Routes, counts = false) => {
  const stub = await startStub({ ...quiet, ...routes });
  return { seen: await connect(stub.url).observe(run, { counts }), stub };
};

describe('one look at a session', () => {
  test('of a finished run reads its status first, then a few messages, and nothing else', async () => {
    const { seen, stub } = await look({});
    expect(seen).toMatchObject({ kind: 'seen', status: null, descendants: [], pending: [], prompt: 'delivered' });
    expect(seen.messages.map(({ id }) => id)).toEqual(['msg_1', 'msg_2']);
    expect(stub.calls()).toEqual(['GET /session/status', 'GET /session/ses_1/message']);
    expect(stub.seen[0]?.query).toEqual({ directory: '/srv' });
  });

  test('without our message says that it is missing', async () => {
    expect((await look({ 'GET /session/ses_1/message': [] })).seen.prompt).toBe('missing');
  });

  const statuses: [listed: object, status: object | null][] = [
    [{ ses_1: busy }, busy],
    [{ ses_1: { type: 'idle' } }, null],
    [{ ses_9: busy }, null],
    [
      { ses_1: { type: 'retry', attempt: 1, message: 'Rate limit reached', next: 1795351766653 } },
      { type: 'retry', message: 'Rate limit reached', nextAt: 1795351766653 },
    ],
    [{ ses_1: busy, ses_9: { type: 'of another version' } }, busy],
  ];
  test.each(statuses)('where %j is listed', async (listed, status) => {
    expect((await look({ 'GET /session/status': listed })).seen.status).toEqual(status);
  });

  test('finds sub-agents at work, also where their parent is not', async () => {
    const { seen } = await look({ 'GET /session/status': { ses_2: busy, ses_9: busy } });
    expect(seen).toMatchObject({ status: null, descendants: ['ses_2'] });
    const stub = await startStub({ ...quiet, 'GET /session/status': { ses_1: busy, ses_2: busy, ses_9: busy } });
    expect(await connect(stub.url).atWork('/srv', 'ses_1')).toEqual(['ses_1', 'ses_2']);
  });

  const newest: [what: string, messages: object[], counts: boolean, limits: string[]][] = [
    ['few, where the newest answers ours', [step('msg_2')], true, ['5']],
    ['many, where there is none yet', [], false, ['5', '32']],
    ['many, after a compaction', [step('msg_2', 'msg_auto')], false, ['5', '32']],
    ['few, of a long turn', Array.from({ length: 5 }, () => step('msg_2')), false, ['5']],
    ['many, of a long turn that is counted', Array.from({ length: 5 }, () => step('msg_2')), true, ['5', '32']],
  ];
  test.each(newest)('reads %s', async (_, messages, counts, limits) => {
    const { stub } = await look({ 'GET /session/ses_1/message': messages }, counts);
    const asked = stub.seen.filter(({ call }) => call.endsWith('/message')).map(({ query }) => query.limit);
    expect(asked).toEqual(limits);
  });
});

describe('what a session at work waits for', () => {
  const permission = (sessionID: string, pattern = 'src/app.ts') => {
    return { id: 'per_1', sessionID, permission: 'edit', patterns: [pattern, 'b.ts'], metadata: { diff: 'x' } };
  };

  test('is told in a few words, of itself and its sub-agents alone', async () => {
    const { seen } = await look({
      'GET /session/status': { ses_1: busy },
      'GET /permission': [permission('ses_1'), permission('ses_9'), permission('ses_2', 'x'.repeat(300))],
      'GET /question': [{ id: 'que_1', sessionID: 'ses_2', questions: [{ question: 'Which\n one?', header: 'Pick' }] }],
    });
    expect(seen.pending).toEqual([
      { sessionId: 'ses_1', kind: 'permission', subject: 'edit src/app.ts, b.ts' },
      { sessionId: 'ses_2', kind: 'permission', subject: `edit ${'x'.repeat(194)}…` },
      { sessionId: 'ses_2', kind: 'question', subject: 'Which one?' },
    ]);
  });

  test('is not asked while it only waits for its provider', async () => {
    const { stub } = await look({ 'GET /session/status': { ses_1: { type: 'retry', message: 'quota', next: 1 } } });
    expect(stub.calls()).toHaveLength(2);
  });
});

test('a session that is gone is lost', async () => {
  const gone = {
    'GET /session/ses_1/message': (response: Parameters<typeof answer>[0]) =>
      answer(response, 404, { name: 'NotFoundError' }),
  };
  const { url } = await startStub({ ...quiet, ...gone });
  expect(await failureOf(connect(url).observe(run, { counts: false }))).toMatchObject({ name: 'SessionLost' });
});
