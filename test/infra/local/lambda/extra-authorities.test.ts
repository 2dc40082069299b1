import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAuthority, createIdentity, startTlsServer } from '../../../support/certificates.ts';
import { createFunction, errorTypeOf } from './function-fixture.ts';

const asking = `
  import { get } from 'node:https';
  export const handler = ({ port }) => new Promise((resolve) => {
    get({ host: '127.0.0.1', port, agent: false }, (answer) => resolve(answer.resume().statusCode))
      .on('error', (error) => resolve(error.code));
  });`;
const variables = { NODE_EXTRA_CA_CERTS: '/var/task/ca-bundle.pem' };

describe('a function with authorities of its own', () => {
  test('trusts what they have signed, from the file beside its code; any other function does not', async () => {
    const authority = await createAuthority();
    const { port } = await startTlsServer(await createIdentity(authority));
    const { fn } = await createFunction(asking, { variables });
    await writeFile(join(fn.spec.folder, 'ca-bundle.pem'), authority.certificate);
    expect(await fn.invoke({ port })).toEqual({ ok: true, payload: 200 });
    const { fn: plain } = await createFunction(asking);
    expect(await plain.invoke({ port })).toEqual({ ok: true, payload: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test('runs in a process of its own, warm, with its variables and nothing of this process', async () => {
    const { fn, logFile } = await createFunction(
      `
      import { isMainThread } from 'node:worker_threads';
      let calls = 0;
      export const handler = async (event, context) => {
        console.log('printed');
        return { event, name: context.functionName, calls: ++calls, isMainThread, path: process.env.PATH, mine: process.env.MINE, pid: process.pid };
      };`,
      { variables: { ...variables, MINE: 'x' } },
    );
    const first = await fn.invoke({ a: 'ü' });
    const payload = {
      event: { a: 'ü' },
      name: 'fixture',
      calls: 1,
      isMainThread: true,
      mine: 'x',
      pid: expect.any(Number),
    };
    expect(first).toEqual({ ok: true, payload });
    expect(first).not.toMatchObject({ payload: { pid: process.pid } });
    expect(await fn.invoke({})).toMatchObject({ payload: { calls: 2 } });
    expect(await readFile(logFile, 'utf8')).toContain('printed\nprinted\n');
  });

  test.each<[name: string, code: string, errorType: string]>([
    ['throws', "export const handler = async () => { throw new TypeError('no'); };", 'TypeError'],
    ['does not load', "throw new RangeError('no');", 'RangeError'],
    ['exits', 'export const handler = async () => process.exit(3);', 'Runtime.ExitError'],
    ['takes too long', 'export const handler = () => new Promise(() => {});', 'Sandbox.Timedout'],
  ])('that %s fails as any other does, and can be called again', async (_name, code, errorType) => {
    const { fn } = await createFunction(code, { variables, timeoutSeconds: 1 });
    expect([errorTypeOf(await fn.invoke({})), errorTypeOf(await fn.invoke({}))]).toEqual([errorType, errorType]);
  });
});
