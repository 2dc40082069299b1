import { BeepsClient, RateLimitError } from '@beepsdev/sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApiAnswer, ApiRequest } from '../../functions/contract/api.ts';
import { api } from '../../functions/middleware/api.ts';
import { auditTrail, type ChangeLedger } from '../../functions/middleware/audit.ts';
import type { FrontDoor, RateLimit } from '../../functions/ports.ts';
import { fetchFrom, httpEvent } from '../support/api-client.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { fakeTokens } from '../support/fakes/management.ts';

describe('who is let in, and what is noted', () => {
  const lines: Record<string, unknown>[] = [];
  const asked: ApiRequest[] = [];

  beforeEach(() => {
    lines.length = 0;
    asked.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
    }
  });
  afterEach(() => vi.restoreAllMocks());

  const answering = async (request: ApiRequest): Promise<ApiAnswer> => {
    asked.push(request);
    return { status: 200, body: '{}', route: '/relay' };
  };
  const invoke = (
    event: unknown,
    {
      run = answering,
      ...chain
    }: { limit?: RateLimit; front?: FrontDoor; ledger?: ChangeLedger; run?: typeof answering } = {},
  ) => api({ tokens: fakeTokens, ...chain, run })(event, lambdaContext('manage'));
  const withoutToken = (method: string, path: string) => invoke(httpEvent(method, path, { headers: {} }));

  test('a token over its limit is told how long to wait, and nothing is done', async () => {
    const limit: RateLimit = { take: async (caller) => (caller === 'admin' ? 7 : undefined) };
    const answer = await invoke(httpEvent('POST', '/v0/relay'), { limit });
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '7', 'x-request-id': 'api-request-1' } });
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'too_many_requests' } });
    expect(asked).toEqual([]);
    const other = httpEvent('POST', '/v0/relay', { headers: { authorization: 'Bearer ci-token' } });
    expect((await invoke(other, { limit })).statusCode).toBe(200);
  });

  test('the SDK has it as a RateLimitError', async () => {
    const limit: RateLimit = { take: async () => 7 };
    const handler = api({ tokens: fakeTokens, limit, run: answering });
    const client = new BeepsClient({
      accessToken: 'admin-token',
      baseURL: 'http://127.0.0.1/v0',
      fetch: fetchFrom(handler, []),
      retries: { attempts: 0, backoffMs: 0 },
    });
    await expect(client.relay.list()).rejects.toBeInstanceOf(RateLimitError);
    await expect(client.relay.list()).rejects.toMatchObject({
      status: 429,
      code: 'too_many_requests',
      retryable: true,
    });
  });

  test('a limit that cannot be counted lets everybody in, and says so', async () => {
    const limit: RateLimit = { take: () => Promise.reject(new Error('no table')) };
    expect((await invoke(httpEvent('GET', '/v0/relay'), { limit })).statusCode).toBe(200);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'WARN', message: 'Request not counted' }));
  });

  test('only the document is open, by GET and under its exact path', async () => {
    expect((await withoutToken('GET', '/v0/openapi.json')).statusCode).toBe(200);
    expect(asked).toMatchObject([{ caller: '-' }]);
    const closed: [method: string, path: string][] = [
      ['POST', '/v0/openapi.json'],
      ['GET', '/v0/openapi.json/'],
      ['GET', '/v0/%6fpenapi.json'],
      ['GET', '/v0/relay'],
    ];
    for (const [method, path] of closed) expect((await withoutToken(method, path)).statusCode).toBe(401);
    expect(asked).toHaveLength(1);
  });

  test('who asks for the document is counted, and takes nothing from those with a token', async () => {
    const counted: string[] = [];
    const limit: RateLimit = {
      take: async (caller) => {
        counted.push(caller);
        return caller === '-' ? 9 : undefined;
      },
    };
    const answer = await invoke(httpEvent('GET', '/v0/openapi.json', { headers: {} }), { limit });
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '9' } });
    expect(answer.body).toContain('The document was asked for too often');
    expect((await invoke(httpEvent('GET', '/v0/relay'), { limit })).statusCode).toBe(200);
    expect(counted).toEqual(['-', 'admin']);
  });

  test('nothing comes around what stands before the API: not a token, not the document', async () => {
    const front: FrontDoor = { admits: async (headers) => headers['x-front'] === 'right' };
    for (const [method, path] of [
      ['GET', '/v0/openapi.json'],
      ['GET', '/v0/relay'],
      ['POST', '/v0/relay'],
    ] as const) {
      const answer = await invoke(httpEvent(method, path), { front });
      expect(answer).toMatchObject({ statusCode: 403, headers: { 'x-request-id': 'api-request-1' } });
    }
    expect(asked).toEqual([]);
    const headers = { authorization: 'Bearer admin-token', 'x-front': 'right' };
    expect((await invoke(httpEvent('GET', '/v0/relay', { headers }), { front })).statusCode).toBe(200);
    const broken: FrontDoor = { admits: () => Promise.reject(new Error('no secret')) };
    expect((await invoke(httpEvent('GET', '/v0/relay', { headers }), { front: broken })).statusCode).toBe(500);
    expect(asked).toHaveLength(1);
  });

  const endings: [outcome: string, run: () => Promise<ApiAnswer>][] = [
    ['refused', async () => ({ status: 409, body: '{}', route: '/relay' })],
    ['unchanged', async () => ({ status: 200, body: '{}', route: '/relay' })],
    ['failed', () => Promise.reject(new TypeError('s3cret'))],
  ];
  test.each(endings)('a change that is %s is one line of the audit log', async (outcome, end) => {
    const run = async () => {
      await auditTrail.started('updateRelay');
      return end();
    };
    await invoke(httpEvent('PATCH', '/v0/relay/rly_1'), { run });
    const [line, ...others] = lines.filter(({ audit }) => audit);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ who: 'admin', what: 'updateRelay', outcome, targets: [], requestId: 'api-request-1' });
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  describe('the record of a change', () => {
    const steps: string[] = [];
    let broken: 'begin' | 'write' | undefined;
    const step = (name: string) => async (about: object) => {
      if (name === broken) throw new Error('SlowDown');
      const { outcome = '-', targets = [] } = { outcome: undefined, targets: undefined, ...about };
      steps.push(`${name} ${outcome} ${JSON.stringify(targets)}`);
    };
    const ledger: ChangeLedger = {
      changes: { begin: step('begin'), keep: step('keep'), end: step('end') },
      records: { write: step('write') },
      clock: { now: () => new Date('2027-03-01T12:00:00.000Z') },
    };
    const target = { kind: 'relay', id: 'rly_1', before: null, after: 'a'.repeat(64) };
    const said = JSON.stringify([target]);
    const change = (end: () => Promise<ApiAnswer>) => {
      const run = async () => {
        await auditTrail.started('updateRelay');
        auditTrail.changed(target);
        return end();
      };
      return invoke(httpEvent('PATCH', '/v0/relay/rly_1'), { run, ledger });
    };
    const done = async () => ({ status: 200, body: '{}', route: '/relay' });
    beforeEach(() => {
      steps.length = 0;
      broken = undefined;
    });

    test('is noted before anything is changed, written once it is, and then no longer open', async () => {
      await change(done);
      expect(steps).toEqual(['begin - []', `write done ${said}`, 'end - []']);
    });

    test('says that it failed where a part was changed', async () => {
      await change(() => Promise.reject(new TypeError('x')));
      await change(async () => ({ status: 409, body: '{}', route: '/relay' }));
      expect(steps.filter((each) => each.startsWith('write'))).toEqual([
        `write failed ${said}`,
        `write failed ${said}`,
      ]);
    });

    test('is not made of what changes nothing', async () => {
      const run = async () => {
        await auditTrail.started('updateRelay');
        return done();
      };
      await invoke(httpEvent('PATCH', '/v0/relay/rly_1'), { run, ledger });
      expect(steps).toEqual(['begin - []', 'end - []']);
    });

    test('is kept for the sweep where the bucket fails, and the caller has the answer', async () => {
      broken = 'write';
      expect((await change(done)).statusCode).toBe(200);
      expect(steps).toEqual(['begin - []', `keep done ${said}`]);
    });

    test('what cannot be noted is not done', async () => {
      broken = 'begin';
      let changed = false;
      const run = async () => {
        await auditTrail.started('updateRelay');
        changed = true;
        return done();
      };
      expect((await invoke(httpEvent('PATCH', '/v0/relay/rly_1'), { run, ledger })).statusCode).toBe(500);
      expect(changed).toBe(false);
    });
  });

  test('several writes to one thing are one target, of requests at the same time each has its own', async () => {
    const writing = (id: string) => async () => {
      await auditTrail.started('updateRelay');
      auditTrail.changed({ kind: 'relay', id, before: null, after: 'a' });
      await Promise.resolve();
      auditTrail.changed({ kind: 'relay', id, before: 'a', after: 'b' });
      return { status: 200, body: '{}', route: '/relay' };
    };
    const event = httpEvent('PATCH', '/v0/relay/rly_1');
    await Promise.all(['rly_1', 'rly_2'].map((id) => invoke(event, { run: writing(id) })));
    expect(lines.filter(({ audit }) => audit).map(({ targets }) => targets)).toEqual(
      ['rly_1', 'rly_2'].map((id) => [{ kind: 'relay', id, before: null, after: 'b' }]),
    );
    auditTrail.changed({ kind: 'relay', id: 'rly_1', before: null, after: null });
  });
});
