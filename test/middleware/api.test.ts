import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApiAnswer, ApiRequest } from '../../functions/contract/api.ts';
import { limits } from '../../functions/contract/limits.ts';
import { api } from '../../functions/middleware/api.ts';
import type { ApiTokens } from '../../functions/ports.ts';
import { httpEvent } from '../support/api-client.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { fakeTokens, fullAccess } from '../support/fakes/management.ts';

const done: ApiAnswer = { status: 200, body: '{"relays":[]}', route: '/relay/{relayId}' };

describe('API chain', () => {
  const lines: string[] = [];
  const asked: ApiRequest[] = [];

  beforeEach(() => {
    lines.length = 0;
    asked.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    }
  });
  afterEach(() => vi.restoreAllMocks());

  const answering = async (request: ApiRequest): Promise<ApiAnswer> => {
    asked.push(request);
    return done;
  };
  const invoke = (event: unknown, run = answering, tokens: ApiTokens = fakeTokens) =>
    api({ tokens, run })(event, lambdaContext('manage'));
  const post = (changes: Record<string, unknown>) => invoke(httpEvent('POST', '/v0/relay/rly_s3cret?a=1', changes));

  test('hands the request over and gives the answer back, under one request id', async () => {
    expect(await post({ body: '{"name":"ключ"}' })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': 'api-request-1' },
      body: done.body,
    });
    const path = '/v0/relay/rly_s3cret';
    expect(asked).toEqual([
      { method: 'POST', path, query: 'a=1', body: '{"name":"ключ"}', caller: 'admin', access: fullAccess },
    ]);
  });

  test('logs one line with route, status and the name of the token, and nothing that was sent', async () => {
    await post({ body: '{"apiKey":"s3cret"}' });
    const [line, ...others] = lines.map((text) => JSON.parse(text));
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      message: 'Request answered',
      requestId: 'api-request-1',
      method: 'POST',
      route: '/relay/{relayId}',
      status: 200,
      caller: 'admin',
    });
    expect(lines.join()).not.toMatch(/s3cret|admin-token/);
  });

  const refused: [what: string, headers: Record<string, string>][] = [
    ['no header', {}],
    ['another scheme', { authorization: 'Basic admin-token' }],
    ['no token', { authorization: 'Bearer ' }],
    ['a wrong token', { authorization: 'Bearer s3cret' }],
    ['two headers', { authorization: 'Bearer admin-token, Bearer admin-token' }],
    ['the bare token', { authorization: 'admin-token' }],
  ];
  test.each(refused)('%s: 401, whatever the route', async (_, headers) => {
    const answer = await post({ headers, body: 'x'.repeat(limits.apiBodyBytes + 1) });
    expect(answer).toMatchObject({
      statusCode: 401,
      headers: { 'www-authenticate': 'Bearer', 'x-request-id': 'api-request-1' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'unauthorized' } });
    expect(asked).toEqual([]);
    expect(lines.join()).not.toMatch(/s3cret|admin-token/);
  });

  test.each(['bearer ci-token', 'BEARER   ci-token'])('the scheme is no matter of case: %s', async (authorization) => {
    await post({ headers: { authorization } });
    expect(asked[0]?.caller).toBe('ci');
  });

  const bodies: [what: string, changes: Record<string, unknown>, status: number, body?: string][] = [
    ['of the largest size', { body: 'x'.repeat(limits.apiBodyBytes) }, 200, 'x'.repeat(limits.apiBodyBytes)],
    ['of a byte more', { body: 'x'.repeat(limits.apiBodyBytes + 1) }, 413],
    ['of more bytes than characters', { body: 'é'.repeat(limits.apiBodyBytes / 2 + 1) }, 413],
    ['in base64', { body: Buffer.from('{"é":1}').toString('base64'), isBase64Encoded: true }, 200, '{"é":1}'],
    ['with a byte order mark', { body: '\ufeff{}' }, 200, '{}'],
    ['of no UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), isBase64Encoded: true }, 400],
    ['that is not there', {}, 200, ''],
  ];
  test.each(bodies)('a body %s', async (_, changes, status, body) => {
    expect((await post(changes)).statusCode).toBe(status);
    expect(asked[0]?.body).toBe(body);
  });

  const faults: [what: string, event: unknown, run: typeof answering, requestId: string][] = [
    ['a fault of ours', httpEvent('GET', '/v0/relay'), () => Promise.reject(new TypeError('s3cret')), 'api-request-1'],
    ['a thrown text', httpEvent('GET', '/v0/relay'), () => Promise.reject('s3cret'), 'api-request-1'],
    ['an event of another kind', { s3cret: true }, answering, 'unknown'],
  ];
  test.each(faults)('%s: 500 and not a word more', async (_, event, run, requestId) => {
    const answer = await invoke(event, run);
    expect(answer).toMatchObject({ statusCode: 500, headers: { 'x-request-id': requestId } });
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'internal' } });
    expect(lines.join()).toContain('Request failed');
    expect(answer.body + lines.join()).not.toContain('s3cret');
  });

  test('tokens that cannot be read let nobody in', async () => {
    const tokens = { holderOf: () => Promise.reject(new Error('no secret')) };
    const answer = await invoke(httpEvent('GET', '/v0/relay'), answering, tokens);
    expect(answer.statusCode).toBe(500);
    expect(asked).toEqual([]);
  });

  test('the request id of one invocation does not stand in the log of the next', async () => {
    await post({});
    lines.length = 0;
    await invoke(httpEvent('GET', '/v0/relay', { requestContext: { requestId: 'second', http: { method: 'GET' } } }));
    expect(lines.join()).not.toContain('api-request-1');
    expect(lines.join()).toContain('second');
  });
});
