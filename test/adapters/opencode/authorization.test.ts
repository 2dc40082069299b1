import { lookup } from 'node:dns';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exchange } from '../../../functions/adapters/http/exchange.ts';
import { authorizationsFor } from '../../../functions/adapters/opencode/authorization.ts';
import type { Credentials, ServerCredentials } from '../../../functions/domain/rule/integration.ts';
import { briefLook } from '../../support/fakes/samples.ts';
import { projectRoot, sourceFiles } from '../../support/source-files.ts';
import { alice, connect, failureOf, recognise, shown, startStub } from './stub-server.ts';

const ours = 'https://opencode.internal.corp:4096';

interface Secrets {
  cached: Credentials;
  fresh?: Credentials;
}

/** Asks for the header as a call to `endpoint` would. `secrets`: as they are cached, and as they are by now. */
async function ask(endpoint: string, secrets: Secrets, bound: string[]) {
  const asked: string[] = [];
  const passwords = {
    credentials: {
      read: async (_: string, { fresh = false } = {}) => (fresh && secrets.fresh ? secrets.fresh : secrets.cached),
    },
    bindings: {
      originsOf: async (_: string, origin: string) => {
        asked.push(origin);
        return bound;
      },
    },
  };
  const { current } = await authorizationsFor(passwords, new URL(endpoint), 'int_1', { fresh: false });
  return { header: current, asked };
}

/** The error of such a call, and how often the password was read for it. */
async function refusal(endpoint: string, secrets: Secrets, bound: string[]) {
  let read = 0;
  const counted = {
    get cached() {
      read++;
      return secrets.cached;
    },
    ...(secrets.fresh && { fresh: secrets.fresh }),
  };
  return { error: await failureOf(ask(endpoint, counted, bound)), read };
}

const named = (...origins: string[]): Credentials => ({ username: 'alice', password: 'pass', origins });

describe('the header of a password', () => {
  test('is made for an origin that secret and row name', async () => {
    const { header } = await ask(`${ours}/some/path`, { cached: named('https://a.corp', ours) }, ['https://b', ours]);
    expect(header).toEqual({ authorization: `Basic ${Buffer.from('alice:pass').toString('base64')}` });
  });

  test('is not made for an origin that was taken away a moment ago, though the cached secret names it', async () => {
    const { error, read } = await refusal(ours, { cached: named(ours), fresh: named('https://b.corp') }, [
      'https://b.corp',
    ]);
    expect(error).toMatchObject({ name: 'EndpointRefused', message: expect.stringContaining('https://b.corp only') });
    expect(read).toBe(0);
    // Nor where the secret alone is the newer one.
    const known = { cached: named('https://b.corp'), fresh: named('https://b.corp') };
    expect((await refusal(ours, known, [ours])).error).toMatchObject({ name: 'EndpointRefused' });
  });

  test('is made for the origin of the row where the secret names none', async () => {
    const { asked } = await ask(ours, { cached: alice }, [ours]);
    expect(asked).toEqual([ours]);
  });

  test('is made for an origin that was added a moment ago', async () => {
    await ask(ours, { cached: named('https://before.corp'), fresh: named(ours) }, ['https://before.corp', ours]);
  });

  const next: ServerCredentials = { username: 'alice', password: 'next', origins: [ours] };
  const both = async (previous: Credentials, isOfFirstRule?: boolean) => {
    let read = 0;
    const passwords = {
      credentials: { read: async () => ({ ...next, previous }) },
      bindings: {
        originsOf: async () => [ours],
        ...(isOfFirstRule !== undefined && {
          isOfFirstRule: async () => {
            read++;
            return isOfFirstRule;
          },
        }),
      },
    };
    const authorizations = await authorizationsFor(passwords, new URL(ours), 'int_1', { fresh: false });
    expect(read).toBe(0);
    const before = await authorizations.previous();
    if (before) expect(before).toEqual({ authorization: `Basic ${Buffer.from('alice:pass').toString('base64')}` });
    return before !== undefined;
  };

  test('is made of the password before as well, where that one was for the origin too', async () => {
    expect(await both(named(ours))).toBe(true);
    expect(await both(named('https://before.corp'))).toBe(false);
    expect(await both({ username: 'alice', password: 'pass' }, true)).toBe(true);
    expect(await both({ username: 'alice', password: 'pass' }, false)).toBe(false);
    expect(await both({ username: 'alice', password: 'pass' })).toBe(false);
  });

  const lookalikes = [
    'http://opencode.internal.corp:4096',
    'https://opencode.internal.corp',
    'https://opencode.internal.corp:4097',
    'https://opencode.internal.corp.evil.example:4096',
    'https://evil.example:4096/?https://opencode.internal.corp:4096',
    'https://opencode.internal.corp:4096@evil.example',
    'https://opencode.internal.corp.:4096',
    'https://evil-opencode.internal.corp:4096',
    'https://opencode.ínternal.corp:4096',
  ];
  test.each(lookalikes)('is not made for %s', async (endpoint) => {
    const ways = [() => ask(endpoint, { cached: named(ours) }, [ours]), () => ask(endpoint, { cached: alice }, [ours])];
    for (const way of ways) {
      const error = await failureOf(way());
      expect(error).toMatchObject({
        name: 'EndpointRefused',
        message: expect.stringMatching(/integration int_1 may go to https:\/\/opencode\.internal\.corp:4096 only/),
      });
      expect(error).toMatchObject({ message: expect.stringContaining(new URL(endpoint).origin) });
      expect(shown(error)).not.toMatch(/pass:|alice/);
    }
  });

  test('is not made for an integration that is bound to nothing', async () => {
    expect(await failureOf(ask(ours, { cached: alice }, []))).toMatchObject({
      name: 'EndpointRefused',
      message: expect.stringMatching(/is not bound to any origin yet/),
    });
  });
});

describe('a server of somebody else', () => {
  const options = { read: () => ({ ...alice, origins: [ours] }) };

  test('receives nothing at all, whatever is asked of it', async () => {
    const stub = await startStub({});
    const server = connect(stub.url, options);
    const calls = [
      recognise(stub.url, options),
      server.session('ses_1'),
      server.abort('ses_1'),
      server.messages('ses_1', 1),
      server.prompt('ses_1', { messageId: 'msg_1', partId: 'prt_1', text: 'x', model: null, agent: null }),
      server.observe({ id: 'ses_1', directory: '/srv', messageId: 'msg_1' }, briefLook),
      server.turnDiff('ses_1', 'msg_1'),
      server.workingTreeDiff({ directory: '/srv', baseCommit: null, own: true }),
      server.disposeInstance('/srv'),
      server.removeWorktree('/srv', '/srv/w'),
      server.agents('/srv'),
    ];
    for (const call of calls) expect(await failureOf(call)).toMatchObject({ name: 'EndpointRefused' });
    expect(stub.seen).toEqual([]);
  });

  test('that answers 401 is not given the password afresh either', async () => {
    const moved = { ...alice, origins: [ours] };
    const stub = await startStub({
      'GET /session/ses_1': (response) => void response.writeHead(401).end(),
    });
    const read = (fresh: boolean) => (fresh ? moved : { ...alice, origins: [stub.url] });
    expect(await failureOf(connect(stub.url, { read }).session('ses_1'))).toMatchObject({ name: 'EndpointRefused' });
    expect(stub.seen).toHaveLength(1);
  });
});

/**
 * What a header with a credential is written with. `webhook-sender.ts` signs, and takes no header of this name from a
 * rule.
 */
const makesHeader = /['"`]?\bauthorization\b['"`]?\s*[:\]]|\bauthorization,|Basic \$\{|Bearer \$\{|auth:\s/i;

test.each(['authorization', 'Authorization', 'proxy-authorization'])(
  'a request with %s among its headers is not sent',
  async (name) => {
    const stub = await startStub({});
    const request = { method: 'GET', path: '/', headers: { [name]: 'Basic YTpi' }, body: undefined };
    const terms = { lookup, agents: undefined, limitMs: 1_000, maxBytes: 10 };
    expect(() => exchange(new URL(stub.url), request, terms)).toThrow('A credential must not stand');
    expect(stub.seen).toEqual([]);
  },
);

describe('the code of the adapters', () => {
  const files = sourceFiles('functions/**/*.ts').filter(({ path }) => /^functions\/(adapters|wiring)\//.test(path));
  const making = files.filter(({ path }) => makesHeader.test(readFileSync(join(projectRoot, path), 'utf8')));

  test('writes the header of a password in one place, and sends it in one', () => {
    expect(making.map(({ path }) => path)).toEqual([
      'functions/adapters/opencode/authorization.ts',
      'functions/adapters/opencode/client.ts',
    ]);
  });

  test('opens connections to addresses that others choose in one place', () => {
    const opening = files.filter(({ imports }) =>
      imports.some((each) => /^node:(http|https|net|tls|http2)$/.test(each)),
    );
    const fetching = files.filter(({ path }) => /\bfetch\(/.test(readFileSync(join(projectRoot, path), 'utf8')));
    expect(opening.map(({ path }) => path)).toEqual([
      'functions/adapters/http/addresses.ts',
      'functions/adapters/http/egress.ts',
      'functions/adapters/http/exchange.ts',
      'functions/adapters/http/guard.ts',
    ]);
    // The stack's own hooks, which nobody else chooses.
    expect(fetching.map(({ path }) => path)).toEqual(['functions/adapters/heartbeat-door.ts']);
  });

  test('reads passwords for the making of that header alone', () => {
    const reading = files.filter(({ path }) =>
      /\bcredentials\.read\(/.test(readFileSync(join(projectRoot, path), 'utf8')),
    );
    expect(reading.map(({ path }) => path)).toEqual(['functions/adapters/opencode/authorization.ts']);
  });
});
