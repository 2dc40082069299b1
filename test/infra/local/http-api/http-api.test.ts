import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpApi } from '../../../../infra/local/http-api/http-api.ts';
import type { CallOrigin } from '../../../../infra/local/lambda/call-queue.ts';
import { type Invocation, tooManyCalls } from '../../../../infra/local/lambda/invocation.ts';

/** An API with one route, POST /hooks/{key}, whose function does what `invoke` says. */
async function startApi(invoke: (event: unknown, origin?: CallOrigin) => Promise<Invocation>, port = 0) {
  const faults: string[] = [];
  const events: unknown[] = [];
  const fn = {
    spec: { name: 'hooks' },
    invoke: (event: unknown, origin?: CallOrigin) => {
      events.push(event);
      return invoke(event, origin);
    },
  };
  const api = await HttpApi.listen({
    ...{ port, apiId: 'api', account: '000000000000', stage: '$default' },
    functions: { get: () => fn },
    onFault: ({ spec }, { errorType }) => faults.push(`${spec.name}: ${errorType}`),
  });
  onTestFinished(() => api.close());
  api.addRoute({ key: 'POST /hooks/{key}', functionArn: 'hooks' });
  const post = (path: string, body: string | Buffer<ArrayBuffer> = '{}') =>
    fetch(`${api.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return { api, post, events, faults };
}

const answering = async (): Promise<Invocation> => ({ ok: true, payload: { statusCode: 202, body: 'taken' } });

describe('an HTTP API', () => {
  test('hands a request to the function behind its route', async () => {
    const { api, post, events } = await startApi(answering);
    api.open();
    const response = await post('/hooks/wh_1?a=1', '{"title":"x"}');
    expect([response.status, await response.text()]).toEqual([202, 'taken']);
    expect(events).toMatchObject([{ pathParameters: { key: 'wh_1' }, body: '{"title":"x"}', rawQueryString: 'a=1' }]);
  });

  test('has nobody to answer before it is open', async () => {
    const { post, events } = await startApi(answering);
    const response = await post('/hooks/wh_1');
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    expect(events).toEqual([]);
  });

  test('knows no other route', async () => {
    const { api, post } = await startApi(answering);
    api.open();
    const response = await post('/other');
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  test('takes 10 MiB and not a byte more', async () => {
    const { api, post } = await startApi(answering);
    api.open();
    const most = 10 * 1024 * 1024;
    expect((await post('/hooks/wh_1', Buffer.alloc(most, 32))).status).toBe(202);
    const response = await post('/hooks/wh_1', Buffer.alloc(most + 1, 32));
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  test('tells of a failure of its function, but not the sender', async () => {
    const error = { errorType: 'RelayFailed', errorMessage: 'inside' };
    const { api, post, faults } = await startApi(async () => ({ ok: false, error }));
    api.open();
    const response = await post('/hooks/wh_1');
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(faults).toEqual(['hooks: RelayFailed']);
  });

  test('answers 429 where the queue of calls is full, which is no fault of the function', async () => {
    const full: Invocation = { ok: false, error: { errorType: tooManyCalls, errorMessage: 'full' } };
    const { api, post, faults } = await startApi(async () => full);
    api.open();
    const response = await post('/hooks/wh_1');
    expect([response.status, await response.json()]).toEqual([429, { message: 'Too Many Requests' }]);
    expect(faults).toEqual([]);
  });

  test('calls at the door, and says when the caller is gone', async () => {
    const called = Promise.withResolvers<CallOrigin>();
    const { api, faults } = await startApi(async (_, origin = {}) => {
      called.resolve(origin);
      await new Promise((gone) => origin.signal?.addEventListener('abort', gone));
      return { ok: false, error: { errorType: 'Sandbox.Dropped', errorMessage: 'gone' } };
    });
    api.open();
    const caller = new AbortController();
    const posted = fetch(`${api.url}/hooks/wh_1`, { method: 'POST', signal: caller.signal });
    const { lane, signal } = await called.promise;
    expect([lane, signal?.aborted]).toEqual(['door', false]);
    caller.abort();
    await expect(posted).rejects.toThrow();
    await expect.poll(() => signal?.aborted).toBe(true);
    expect(faults).toEqual([]);
  });

  test('names --port where its port is taken', async () => {
    const { api } = await startApi(answering);
    await expect(startApi(answering, Number(new URL(api.url).port))).rejects.toThrow(/is taken.*--port N/);
  });
});
