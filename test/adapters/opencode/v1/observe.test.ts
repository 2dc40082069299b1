import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Look } from '../../../../functions/domain/session/verdict.ts';
import { briefLook } from '../../../support/fakes/samples.ts';
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

const look = async (routes: Routes, wanted: Partial<Look> = {}) => {
  const stub = await startStub({ ...quiet, ...routes });
  return { seen: await connect(stub.url).observe(run, { ...briefLook, ...wanted }), stub };
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

  const newest: [what: string, status: object, messages: object[], wanted: Partial<Look>, limits: string[]][] = [
    ['few, where the newest answers ours', {}, [step('msg_2')], { counts: true }, ['5']],
    ['many, where there is none yet', {}, [], {}, ['5', '32']],
    ['many, after a compaction', {}, [step('msg_2', 'msg_auto')], {}, ['5', '32']],
    ['few, of a long turn', {}, Array.from({ length: 5 }, () => step('msg_2')), {}, ['5']],
    ['none at work', { ses_1: busy }, [step('msg_2')], {}, []],
    ['none while the provider is waited for', { ses_1: { type: 'retry', message: '', next: 1 } }, [], {}, []],
    ['the newest at work, where it is watched', { ses_1: busy }, [step('msg_2')], { newest: 1 }, ['1']],
    ['many at work, where they are counted first', { ses_1: busy }, [step('msg_2')], { counts: true }, ['32']],
  ];
  test.each(newest)('reads %s', async (_, status, messages, wanted, limits) => {
    const { stub } = await look({ 'GET /session/status': status, 'GET /session/ses_1/message': messages }, wanted);
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
    expect(stub.calls()).toEqual(['GET /session/status']);
  });
});

describe('messages of 90 kB, one more at each poll', () => {
  const large = (id: string) => ({ ...step(id), parts: [{ type: 'text', text: 'x'.repeat(90_000) }] });

  /** A session at work that writes on, and counts the bytes that it is asked for. */
  async function writing() {
    const written: object[] = [question];
    let bytes = 0;
    const stub = await startStub({
      ...quiet,
      'GET /session/status': { ses_1: busy },
      'GET /session/ses_1/message': (response, { query }) => {
        const end = written.findIndex((message) => idOf(message) === query.before);
        const until = end < 0 ? written.length : end;
        const from = Math.max(0, until - Number(query.limit));
        const page = written.slice(from, until);
        bytes += JSON.stringify(page).length;
        const headers: Record<string, string> = from > 0 ? { 'x-next-cursor': idOf(page[0]) } : {};
        answer(response, 200, page, 'application/json', headers);
      },
    });
    const read = async (wanted: Partial<Look>) => {
      bytes = 0;
      const { counted } = await connect(stub.url).observe(run, { ...briefLook, ...wanted });
      return { counted, bytes };
    };
    return { written, read };
  }
  const idOf = (message: unknown): string => z.object({ info: z.object({ id: z.string() }) }).parse(message).info.id;

  test('are counted by reading the newest and the one that was counted last', async () => {
    const { written, read } = await writing();
    let counted: Look['counted'] = null;
    for (let poll = 1; poll <= 40; poll++) {
      written.push(large(`msg_${poll + 1}`));
      const result = await read({ counts: true, counted });
      counted = result.counted;
      expect(counted).toEqual({ upTo: `msg_${poll + 1}`, answers: poll });
      // The newest, and 0.1 MB beside it.
      expect(result.bytes).toBeLessThanOrEqual(90_200 + 100_000);
    }
    expect((await read({ counts: true, counted })).bytes).toBeLessThan(100_000);
  });

  test('are not read at all where nothing is limited', async () => {
    const { written, read } = await writing();
    written.push(...Array.from({ length: 30 }, (_, index) => large(`msg_${index + 2}`)));
    expect(await read({})).toEqual({ counted: null, bytes: 0 });
  });

  test('are counted anew where what was counted is gone', async () => {
    const { written, read } = await writing();
    written.push(...Array.from({ length: 9 }, (_, index) => large(`msg_${index + 2}`)));
    const { counted } = await read({ counts: true, counted: { upTo: 'msg_reverted', answers: 77 } });
    expect(counted).toEqual({ upTo: 'msg_10', answers: 9 });
  });
});

test('a session that is gone is lost', async () => {
  const gone = {
    'GET /session/ses_1/message': (response: Parameters<typeof answer>[0]) =>
      answer(response, 404, { name: 'NotFoundError' }),
  };
  const { url } = await startStub({ ...quiet, ...gone });
  expect(await failureOf(connect(url).observe(run, briefLook))).toMatchObject({ name: 'SessionLost' });
});
