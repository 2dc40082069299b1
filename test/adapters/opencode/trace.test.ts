import { describe, expect, test } from 'vitest';
import { serversFor, startStub } from './stub-server.ts';

describe('the trace of a session', () => {
  const spans = async (traceparent?: string) => {
    const stub = await startStub({ 'GET /experimental/worktree': [], 'GET /agent': [] });
    const target = { endpoint: stub.url, integrationId: 'int_1', traceparent };
    const server = serversFor().connect(target, 'v1');
    await server.listWorktrees('/srv');
    await server.agents('/srv');
    return stub.seen.map(({ headers }) => headers.traceparent);
  };

  test('is in every request, each a span of its own', async () => {
    const seen = await spans(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`);
    expect(seen).toEqual([expect.stringMatching(/^00-a{32}-[0-9a-f]{16}-00$/), expect.any(String)]);
    expect(new Set([...seen, `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`]).size).toBe(3);
  });

  test('is in none where the execution began before there were any', async () => {
    expect(await spans()).toEqual([undefined, undefined]);
  });
});
