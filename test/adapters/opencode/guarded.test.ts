import { describe, expect, test } from 'vitest';
import type { ResolveAll } from '../../../functions/adapters/http/guard.ts';
import { connect, failureOf, startStub } from './stub-server.ts';

const resolvingTo =
  (address: string): ResolveAll =>
  (_hostname, _options, callback) =>
    callback(null, [{ address, family: 4 }]);

describe('a server that must not be called', () => {
  test.each([
    ['http://opencode.internal.corp', /^The server opencode\.internal\.corp is not called.*not https.*`privateHosts`/],
    ['https://127.0.0.1:4096', /^The server 127\.0\.0\.1:4096 is not called.*loopback.*`privateHosts`/],
  ])('%s is refused before anybody looks it up', async (endpoint, message) => {
    const server = connect(endpoint, { privateHosts: '' });
    expect(await failureOf(server.session('ses_1'))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringMatching(message),
    });
  });

  test('keeps a name that points to loopback from being connected to', async () => {
    const { url, seen } = await startStub({});
    const { port } = new URL(url);
    const server = connect(`https://rebound.test:${port}`, { privateHosts: '', resolve: resolvingTo('127.0.0.1') });
    expect(await failureOf(server.session('ses_1'))).toMatchObject({
      name: 'ServerUnreachable',
      message: expect.stringMatching(/loopback.*`privateHosts`/),
    });
    expect(seen).toEqual([]);
  });

  test('connects to a private host by its name', async () => {
    const { url } = await startStub({ 'GET /experimental/worktree': ['/w'] });
    const { port } = new URL(url);
    const surroundings = { privateHosts: 'rebound.test', resolve: resolvingTo('127.0.0.1') };
    expect(await connect(`http://rebound.test:${port}`, surroundings).listWorktrees('/srv')).toEqual(['/w']);
  });
});
