import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { alice, connect, failureOf, shown, startStub } from './stub-server.ts';

describe('a gateway', () => {
  test('may have the server behind a path of its own', async () => {
    const stub = await startStub({ 'GET /team/opencode/experimental/worktree': ['/w'] });
    for (const endpoint of [`${stub.url}/team/opencode`, `${stub.url}/team/opencode/`]) {
      expect(await connect(endpoint).listWorktrees('/srv')).toEqual(['/w']);
    }
  });

  test('is sent its own headers, with the password and to the same origins', async () => {
    const stub = await startStub({ 'GET /experimental/worktree': ['/w'] });
    const read = () => ({ ...alice, headers: ['x-gateway-key'], headerValues: { 'x-gateway-key': 'hunter2' } });
    await connect(stub.url, { read }).listWorktrees('/srv');
    expect(stub.seen[0]).toMatchObject({ authorization: expect.any(String), headers: { 'x-gateway-key': 'hunter2' } });
    const bound = connect(stub.url, { read, bound: ['https://elsewhere.corp'] });
    const error = await failureOf(bound.listWorktrees('/srv'));
    expect(error).toMatchObject({ name: 'EndpointRefused' });
    expect(shown(error)).not.toContain('hunter2');
    expect(stub.seen).toHaveLength(1);
  });

  test('does not have a header of its own take the place of the password', async () => {
    const stub = await startStub({ 'GET /experimental/worktree': ['/w'] });
    const read = () => ({ ...alice, headerValues: { authorization: 'Bearer x' } });
    await connect(stub.url, { read }).listWorktrees('/srv');
    expect(stub.seen[0]?.authorization).toMatch(/^Basic /);
  });

  const compressed = (encoding: string, body: Buffer) => ({
    'GET /experimental/worktree': (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body);
    },
  });
  const plain = Buffer.from('["/w"]');
  test.each([
    ['gzip', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['identity', plain],
    ['GZIP', gzipSync(plain)],
  ])('may compress an answer by %s, which was not asked for', async (encoding, body) => {
    const { url } = await startStub(compressed(encoding, body));
    expect(await connect(url).listWorktrees('/srv')).toEqual(['/w']);
  });

  test.each([
    ['zstd', plain],
    ['gzip', plain],
  ])('whose answer is not %s is not understood', async (encoding, body) => {
    const { url } = await startStub(compressed(encoding, body));
    expect(await failureOf(connect(url).listWorktrees('/srv'))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringContaining('not compressed as it says'),
    });
  });

  test('cannot have a small answer become a large one', async () => {
    const { url } = await startStub(compressed('gzip', gzipSync(Buffer.alloc(9 * 1024 * 1024, ' '))));
    expect(await failureOf(connect(url).listWorktrees('/srv'))).toMatchObject({
      name: 'ServerUnsupported',
      message: expect.stringContaining('larger than 8 MiB'),
    });
  });
});
