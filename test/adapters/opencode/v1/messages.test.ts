import { describe, expect, test } from 'vitest';
import { answer, connect, startStub } from '../stub-server.ts';

const assistant = (changes: object = {}, parts: object[] = []) => ({
  info: {
    id: 'msg_2',
    sessionID: 'ses_1',
    role: 'assistant',
    parentID: 'msg_1',
    time: { created: 1, completed: 2 },
    finish: 'stop',
    cost: 0.1,
    ...changes,
  },
  parts,
});

async function read(message: object): Promise<unknown> {
  const { url } = await startStub({ 'GET /session/ses_1/message': [message] });
  return (await connect(url).messages('ses_1', 5))[0];
}

const plain = {
  id: 'msg_2',
  role: 'assistant',
  parentId: 'msg_1',
  completed: true,
  finish: 'stop',
  error: null,
  structured: false,
  text: '',
  empty: false,
  toolErrors: [],
  wrote: [],
  recorded: null,
  progress: expect.any(String),
};

describe('a message', () => {
  test('of the user, with the diffs that the server keeps in it', async () => {
    const info = { id: 'msg_1', role: 'user', time: { created: 1 }, summary: { diffs: [{ file: 'a', patch: 'x' }] } };
    expect(await read({ info, parts: [{ type: 'text', text: 'Fix it.' }] })).toEqual({
      ...plain,
      id: 'msg_1',
      role: 'user',
      parentId: null,
      completed: false,
      finish: null,
      text: 'Fix it.',
    });
  });

  const cases: [what: string, wire: object, expected: object][] = [
    ['finished', assistant(), {}],
    ['unfinished', assistant({ time: { created: 1 }, finish: undefined }), { completed: false, finish: null }],
    ['that is a summary of the conversation', assistant({ summary: true }), {}],
    [
      "with a provider's error",
      assistant({ error: { name: 'APIError', data: { message: 'bad key', statusCode: 401, responseBody: 'x' } } }),
      { error: { name: 'APIError', message: 'bad key', statusCode: 401 } },
    ],
    [
      'with an error that says nothing',
      assistant({ error: { name: 'MessageOutputLengthError', data: {} } }),
      { error: { name: 'MessageOutputLengthError', message: '', statusCode: null } },
    ],
    [
      'with an object as its answer',
      assistant({ structured: { a: 1 }, finish: 'tool-calls' }),
      { structured: true, finish: 'tool-calls' },
    ],
    [
      'of visible texts',
      assistant({}, [
        { type: 'step-start', snapshot: 'e90872cf' },
        { type: 'text', text: 'Fixed. ' },
        { type: 'text', text: 'hidden', synthetic: true },
        { type: 'text', text: 'hidden', ignored: true },
        { type: 'reasoning', text: 'hidden' },
        { type: 'text', text: 'Done.' },
      ]),
      { text: 'Fixed. Done.', recorded: true },
    ],
    [
      'with tools that failed',
      assistant({}, [
        { type: 'tool', tool: 'write', state: { status: 'completed', output: 'x' } },
        { type: 'tool', tool: 'edit', state: { status: 'error', error: 'rejected' } },
        { type: 'tool', tool: 'bash', state: { status: 'error' } },
      ]),
      { toolErrors: ['edit: rejected', 'bash: failed'] },
    ],
    [
      'with files that its tools wrote',
      assistant({}, [
        { type: 'tool', tool: 'write', state: { status: 'completed', input: { filePath: '/srv/new.ts' } } },
        { type: 'tool', tool: 'edit', state: { status: 'completed', input: { filePath: 'src/app.ts' } } },
        { type: 'tool', tool: 'edit', state: { status: 'error', error: 'rejected', input: { filePath: 'other.ts' } } },
        { type: 'tool', tool: 'read', state: { status: 'completed', input: { filePath: 'read.ts' } } },
        { type: 'tool', tool: 'write', state: { status: 'completed', input: { filePath: 7 } } },
      ]),
      { wrote: ['/srv/new.ts', 'src/app.ts'], toolErrors: ['edit: rejected'] },
    ],
    [
      'that its provider cut off',
      assistant({ tokens: { input: 9, output: 0, reasoning: 0, cache: { read: 0, write: 0 } } }, [
        { type: 'text', text: ' ' },
      ]),
      { text: ' ', empty: true },
    ],
    [
      'that thought and said nothing',
      assistant({ tokens: { input: 9, output: 0, reasoning: 7 } }, [{ type: 'reasoning' }]),
      { empty: false },
    ],
    ['of a server that records nothing', assistant({}, [{ type: 'step-start' }]), { recorded: false }],
  ];
  test.each(cases)('%s', async (_, wire, expected) => {
    expect(await read(wire)).toEqual({ ...plain, ...expected });
  });

  test('tells progress by its parts, the states of its tools and its tokens', async () => {
    const tool = (status: string) => ({ type: 'tool', tool: 'bash', state: { status } });
    const steps = [
      assistant({}, []),
      assistant({}, [tool('running')]),
      assistant({}, [tool('completed')]),
      assistant({}, [tool('completed'), { type: 'text', text: '' }]),
      assistant({ tokens: { input: 1 } }, [tool('completed'), { type: 'text', text: '' }]),
    ];
    const told = await Promise.all(steps.map(async (step) => JSON.stringify(await read(step))));
    expect(new Set(told).size).toBe(steps.length);
  });

  test('is one of the newest that are asked for', async () => {
    const stub = await startStub({ 'GET /session/ses_1/message': [] });
    expect(await connect(stub.url).messages('ses_1', 20)).toEqual([]);
    expect(stub.seen).toMatchObject([{ query: { limit: '20' } }]);
  });

  test('is read a page at a time, and a smaller one where it is too large', async () => {
    const all = Array.from({ length: 40 }, (_, index) => ({
      ...assistant(),
      info: { ...assistant().info, id: `msg_${index}` },
    }));
    const heavy = 'x'.repeat(33 * 1024 * 1024);
    const stub = await startStub({
      'GET /session/ses_1/message': (response, { query }) => {
        const end = query.before === undefined ? all.length : Number(query.before);
        const from = Math.max(0, end - Number(query.limit));
        const headers: Record<string, string> = from > 0 ? { 'x-next-cursor': String(from) } : {};
        const page = all.slice(from, end);
        // Two of them are large.
        const isLarge = from <= 20 && end > 20 && page.length > 8;
        answer(response, 200, isLarge ? [...page, heavy] : page, 'application/json', headers);
      },
    });
    const ids = (await connect(stub.url).messages('ses_1', 40)).map(({ id }) => id);
    expect(ids).toEqual(all.map(({ info }) => info.id));
    expect(stub.seen.map(({ query }) => [query.limit, query.before])).toEqual([
      ['32', undefined],
      ['8', undefined],
      ['8', '32'],
      ['8', '24'],
      ['8', '16'],
      ['8', '8'],
    ]);
  });
});
