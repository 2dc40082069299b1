import { readFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { callLimits } from '../../../../infra/local/lambda/call-queue.ts';
import { eventually } from '../../../support/eventually.ts';
import { createFunction, errorTypeOf } from './function-fixture.ts';

describe('a function', () => {
  test('takes JSON and answers JSON, with the context of Lambda', async () => {
    const { fn } = await createFunction(`
      export const handler = async (event, context) => ({
        event, name: context.functionName, arn: context.invokedFunctionArn, id: context.awsRequestId,
        left: context.getRemainingTimeInMillis(), gone: undefined,
      });`);
    const invocation = await fn.invoke({ a: [1, 'ü'] });
    expect(invocation).toEqual({
      ok: true,
      payload: {
        event: { a: [1, 'ü'] },
        name: 'fixture',
        arn: fn.spec.arn,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        left: expect.any(Number),
      },
    });
  });

  test('that answers nothing answers null', async () => {
    const { fn } = await createFunction('export const handler = async () => {};');
    expect(await fn.invoke({})).toEqual({ ok: true, payload: null });
  });

  test('is not called with more than 6 MB', async () => {
    const { fn } = await createFunction('export const handler = async ({ text }) => text.length;');
    expect(await fn.invoke({ text: 'x'.repeat(6 * 1024 * 1024 - 11) })).toEqual({
      ok: true,
      payload: 6 * 1024 * 1024 - 11,
    });
    expect(errorTypeOf(await fn.invoke({ text: 'x'.repeat(6 * 1024 * 1024 - 10) }))).toBe('RequestTooLargeException');
  });

  test('stays warm: one call after the other finds what the last one left', async () => {
    const { fn } = await createFunction('let calls = 0; export const handler = async () => ++calls;');
    expect([await fn.invoke({}), await fn.invoke({})]).toEqual([
      { ok: true, payload: 1 },
      { ok: true, payload: 2 },
    ]);
  });

  test('with calls reserved for it is throttled beyond them, and takes calls again afterwards', async () => {
    const { fn } = await createFunction('export const handler = async () => 1;', { concurrency: 2 });
    const answers = await Promise.all([1, 2, 3].map(() => fn.invoke({})));
    expect(answers.map((answer) => errorTypeOf(answer))).toEqual([undefined, undefined, 'TooManyRequestsException']);
    expect(answers[2]).toMatchObject({ refused: true });
    expect(await fn.invoke({})).toEqual({ ok: true, payload: 1 });
  });

  test('never has two calls in one sandbox, and no more sandboxes than calls at once', async () => {
    const { fn } = await createFunction(
      `
      import { randomUUID } from 'node:crypto';
      const sandbox = randomUUID(); let busy = false;
      export const handler = async () => {
        const shared = busy; busy = true;
        await new Promise((done) => setTimeout(done, 20));
        busy = false; return { shared, sandbox };
      };`,
      {},
      { atOnce: 4, kept: 1, mostWaiting: 0 },
    );
    // Whoever calls again at once does not come before those who wait, and not beside them.
    const twice = async () => [await fn.invoke({}), await fn.invoke({})];
    const invocations = (await Promise.all(Array.from({ length: 12 }, twice))).flat();
    const payloads = invocations.map((invocation) => (invocation.ok ? invocation.payload : invocation.error));
    expect(payloads.every((payload) => JSON.stringify(payload).startsWith('{"shared":false'))).toBe(true);
    expect(new Set(payloads.map((payload) => JSON.stringify(payload))).size).toBe(3);
  });

  describe('where calls are patient', () => {
    const code = `
      let calls = 0;
      export const handler = async ({ hangs }) => {
        if (hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
        return ++calls;
      };`;
    const patient = (patienceMs: number) => createFunction(code, {}, callLimits(), { idle: 8, patienceMs });

    test('several at once come one after the other into one sandbox', async () => {
      const { fn } = await patient(60_000);
      const answers = await Promise.all([1, 2, 3].map(() => fn.invoke({})));
      expect(answers).toEqual([1, 2, 3].map((payload) => ({ ok: true, payload })));
    });

    test('one has its own sandbox where the other takes too long', async () => {
      const { fn, functions } = await patient(1);
      const hanging = fn.invoke({ hangs: true });
      expect(await fn.invoke({})).toEqual({ ok: true, payload: 1 });
      await functions.stop();
      expect(errorTypeOf(await hanging)).toBe('Sandbox.Ended');
    });

    test('none waits any longer when the stack stops', async () => {
      const { fn, functions } = await patient(60_000);
      const calls = [fn.invoke({ hangs: true }), fn.invoke({})];
      await functions.stop();
      expect((await Promise.all(calls)).map((call) => errorTypeOf(call))).toEqual(['Sandbox.Ended', 'Sandbox.Ended']);
    });
  });

  test('sees its own variables and what Lambda sets, and nothing of this process', async () => {
    vi.stubEnv('AWS_PROFILE', 'production');
    const { fn } = await createFunction('export const handler = async () => process.env;', {
      variables: { TABLE_NAME: 'relay' },
    });
    const invocation = await fn.invoke({});
    vi.unstubAllEnvs();
    const environment = invocation.ok ? invocation.payload : {};
    expect(environment).toMatchObject({
      TABLE_NAME: 'relay',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_LAMBDA_FUNCTION_NAME: 'fixture',
    });
    for (const name of ['AWS_PROFILE', 'HOME', 'PATH']) expect(environment).not.toHaveProperty(name);
  });

  test('gets the NODE_OPTIONS of its variables', async () => {
    const code = 'export const handler = async () => process.sourceMapsEnabled === true;';
    const plain = await createFunction(code);
    const mapped = await createFunction(code, { variables: { NODE_OPTIONS: '--enable-source-maps' } });
    expect(await plain.fn.invoke({})).toEqual({ ok: true, payload: false });
    expect(await mapped.fn.invoke({})).toEqual({ ok: true, payload: true });
  });

  test('prints to a file of its name', async () => {
    const { fn, logFile } = await createFunction(
      `export const handler = async () => { console.log('to stdout'); console.error('to stderr'); };`,
    );
    await fn.invoke({});
    await eventually(async () => {
      const printed = (await readFile(logFile, 'utf8')).split('\n');
      expect(printed.toSorted()).toEqual(['', 'to stderr', 'to stdout']);
    });
  });
});

describe('a function that fails', () => {
  test('says so as Lambda does, is logged, and can be called again', async () => {
    const { fn, logFile } = await createFunction(`
      class ServerUnreachable extends Error { name = 'ServerUnreachable'; }
      export const handler = async (event) => { if (event.fail) throw new ServerUnreachable('gone'); return 'fine'; };`);
    expect(await fn.invoke({ fail: true })).toEqual({
      ok: false,
      error: {
        errorType: 'ServerUnreachable',
        errorMessage: 'gone',
        trace: expect.arrayContaining([expect.stringContaining('gone')]),
      },
    });
    expect(await fn.invoke({})).toEqual({ ok: true, payload: 'fine' });
    await eventually(async () => expect(await readFile(logFile, 'utf8')).toContain('"errorType":"ServerUnreachable"'));
  });

  test.each<[name: string, code: string, errorType: string]>([
    ['throws no error', `export const handler = async () => { throw 'text'; };`, 'string'],
    ['throws while it is loaded', `throw new RangeError('no TABLE_NAME');`, 'RangeError'],
    ['has no handler', `export const other = 1;`, 'Runtime.HandlerNotFound'],
    ['answers no JSON', `export const handler = async () => () => 1;`, 'Runtime.MarshalError'],
    ['answers too much', `export const handler = async () => 'x'.repeat(7e6);`, 'Function.ResponseSizeTooLarge'],
    ['exits', `export const handler = () => process.exit(3);`, 'Runtime.ExitError'],
    [
      'fails beside its answer',
      `export const handler = () => new Promise(() => setTimeout(() => { throw new TypeError('late'); }));`,
      'TypeError',
    ],
  ])('%s', async (_, code, errorType) => {
    const { fn } = await createFunction(code);
    expect(errorTypeOf(await fn.invoke({}))).toBe(errorType);
  });

  test('for want of time is ended, and the next call has a fresh sandbox', async () => {
    const { fn } = await createFunction(
      `let calls = 0; export const handler = async ({ hang }) => { calls++; while (hang); return calls; };`,
      { timeoutSeconds: 0.2 },
    );
    const late = await fn.invoke({ hang: true });
    expect(late).toMatchObject({ ok: false, error: { errorType: 'Sandbox.Timedout' } });
    expect(late.ok || late.error.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 0.20 seconds$/);
    expect(await fn.invoke({ hang: false })).toEqual({ ok: true, payload: 1 });
  });

  test('for want of memory is ended', async () => {
    const { fn } = await createFunction(
      // 320 MB: within what the machine would give, beyond what the function may have.
      `export const handler = async () => Array.from({ length: 400 }, () => new Array(1e5).fill({})).length;`,
      { memoryMiB: 64 },
    );
    expect(errorTypeOf(await fn.invoke({}))).toBe('Runtime.OutOfMemory');
  });

  test('because the stack stops does not hold it up', async () => {
    const { fn, functions } = await createFunction(
      'export const handler = () => new Promise(() => setInterval(() => {}, 1000));',
    );
    const calls = [fn.invoke({}), fn.invoke({})];
    await functions.stop();
    expect((await Promise.all(calls)).map(errorTypeOf)).toEqual(['Sandbox.Ended', 'Sandbox.Ended']);
    expect(errorTypeOf(await fn.invoke({}))).toBe('Sandbox.Ended');
  });
});
