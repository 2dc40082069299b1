import { describe, expect, test } from 'vitest';
import { answer, connect, failureOf, type Routes, startStub } from './stub-server.ts';

describe('an answer that is too large', () => {
  const mebibyte = 'x'.repeat(1024 * 1024);
  /** Writes until the other side hangs up. */
  const endless: NonNullable<Routes[string]> = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (error?: Error | null) => {
      if (!error && !response.destroyed) response.write(mebibyte, more);
    };
    more();
  };

  test('is no OpenCode server where the answer is a small one', async () => {
    const stub = await startStub({ 'GET /session/ses_1': endless });
    expect(await failureOf(connect(stub.url).session('ses_1'))).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringContaining('larger than 8 MiB'),
    });
  });

  test('is a result too large where it is what the agent changed', async () => {
    const stub = await startStub({
      'GET /session/ses_1/message': [{ info: { id: 'msg_1', role: 'user', time: {} }, parts: [] }],
      'GET /session/ses_1/diff': endless,
    });
    expect(await failureOf(connect(stub.url).turnDiff('ses_1', 'msg_1'))).toMatchObject({
      name: 'ResultTooLarge',
      message: expect.stringContaining('larger than 48 MiB'),
    });
  });

  test('is a failed session where the agent made it', async () => {
    const stub = await startStub({ 'GET /session/ses_1/message': endless });
    expect(await failureOf(connect(stub.url).messages('ses_1', 5))).toMatchObject({
      name: 'SessionFailed',
      message: expect.stringContaining('larger than 32 MiB'),
    });
  });
});

describe('a kept connection', () => {
  /** Takes one call per connection, then breaks it off when the next one arrives. */
  const oneCallOnly = (calls: string[]) => {
    const used = new Set<number>();
    return Object.fromEntries(
      calls.map((call): [string, NonNullable<Routes[string]>] => [
        call,
        (response, { connection }) => {
          if (used.has(connection)) return void response.destroy();
          used.add(connection);
          answer(response, 200, []);
        },
      ]),
    );
  };

  test('is used again', async () => {
    const stub = await startStub({ 'GET /experimental/worktree': [] });
    const server = connect(stub.url);
    await server.listWorktrees('/srv');
    await server.listWorktrees('/srv');
    expect(stub.seen.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  test('that was closed meanwhile is replaced once', async () => {
    const stub = await startStub(oneCallOnly(['GET /experimental/worktree']));
    const server = connect(stub.url);
    await server.listWorktrees('/srv');
    expect(await server.listWorktrees('/srv')).toEqual([]);
    expect(stub.seen.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  test('is not used for what must not be repeated', async () => {
    const stub = await startStub({
      'GET /experimental/worktree': [],
      'POST /session': (response) => response.destroy(),
      'POST /experimental/worktree': { directory: '/w' },
    });
    const server = connect(stub.url);
    await server.listWorktrees('/srv');
    await server.createWorktree('/srv', 'relay-1');
    expect(
      await failureOf(
        server.createSession({
          jobId: 'job_1',
          directory: '/srv',
          title: 'title',
          metadata: {},
          model: null,
          agent: null,
        }),
      ),
    ).toMatchObject({ name: 'ServerUnreachable' });
    expect(stub.seen.map(({ connection }) => connection)).toEqual([1, 2, 3]);
  });

  test('that breaks off at its first call is trouble, which passes or does not', async () => {
    const stub = await startStub({ 'GET /session/ses_1': (response) => response.destroy() });
    expect(await failureOf(connect(stub.url).session('ses_1'))).toMatchObject({ name: 'ServerUnreachable' });
    expect(stub.seen.map(({ connection }) => connection)).toEqual([1, 2, 3, 4]);
  });
});
