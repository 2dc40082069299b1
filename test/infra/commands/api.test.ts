import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ApiFailure, connectApi, findApi } from '../../../infra/commands/api.ts';
import { UsageError } from '../../../infra/usage-error.ts';
import { folderWith } from './run-command.ts';

const place = { url: 'https://api.example.com/v0', token: 'the-token' };

describe('address and token', () => {
  test('stand in the environment', async () => {
    const environment = { API_URL: `${place.url}/`, API_TOKEN: place.token };
    expect(await findApi(environment, 'nowhere')).toEqual(place);
  });

  test('are those of the local stack without them', async () => {
    const folder = await folderWith({ ApiUrl: 'http://127.0.0.1:4000/v0', ApiToken: 'local-token' });
    expect(await findApi({}, folder)).toEqual({ url: 'http://127.0.0.1:4000/v0', token: 'local-token' });
  });

  test.each([
    { environment: {}, says: 'API_URL and API_TOKEN' },
    { environment: { API_URL: place.url }, says: 'API_TOKEN is missing' },
    { environment: { API_TOKEN: 'x' }, says: 'API_URL is missing' },
    { environment: { API_URL: 'file:///etc', API_TOKEN: 'x' }, says: 'http(s) address' },
    { environment: { API_URL: 'api', API_TOKEN: 'x' }, says: 'http(s) address' },
  ])('$environment is refused, saying $says', async ({ environment, says }) => {
    const found = findApi(environment, 'nowhere');
    await expect(found).rejects.toBeInstanceOf(UsageError);
    await expect(found).rejects.toThrow(says);
  });
});

describe('a request', () => {
  const answering = (status: number, body: unknown) => {
    const asked: { url: string; init: RequestInit | undefined }[] = [];
    const send: typeof fetch = async (url, init) => {
      asked.push({ url: String(url), init });
      const headers = { 'x-request-id': 'request-1' };
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
    };
    return { asked, api: connectApi(place, send) };
  };
  const schema = z.object({ ok: z.boolean() });

  test('carries the token and the body, and gives what the schema reads', async () => {
    const { api, asked } = answering(200, { ok: true, more: 1 });
    expect(await api.ask('POST', '/switch/pause', schema, { reason: 'x' })).toEqual({ ok: true });
    expect(asked).toMatchObject([
      {
        url: 'https://api.example.com/v0/switch/pause',
        init: {
          method: 'POST',
          body: '{"reason":"x"}',
          headers: { authorization: 'Bearer the-token' },
          // An API that never answers holds nobody up for ever.
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });

  const refusal = (code: string, message: string, issues?: object[]) => ({ error: { code, message, issues } });
  test.each([
    ['a refused token', 401, refusal('unauthorized', 'No.'), 'npm run token'],
    ['a refusal', 409, refusal('conflict', 'All starts are paused.'), 'All starts are paused.'],
    [
      'issues',
      400,
      refusal('invalid_request', 'The request does not fit.', [{ path: ['day'], code: 'x', message: 'is no day.' }]),
      'The request does not fit.\n  day is no day.',
    ],
    ['a failure of the API', 500, refusal('internal', 'Oh.'), 'failed (500, request request-1)'],
    ['what is no answer of the API', 502, '<html>', 'failed (502'],
    ['an answer of another shape', 200, { ok: 1 }, 'something else'],
    ['no JSON', 200, 'hello', 'something else'],
  ])('%s is told', async (_, status, body, says) => {
    const asking = answering(status, body).api.ask('GET', '/switch', schema);
    await expect(asking).rejects.toBeInstanceOf(ApiFailure);
    await expect(asking).rejects.toThrow(says);
  });

  test('that reaches nobody says why, and not the token', async () => {
    const failing: typeof fetch = async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
    };
    const asking = connectApi(place, failing).ask('GET', '/switch', schema);
    await expect(asking).rejects.toThrow(
      'The API at https://api.example.com/v0 does not answer (connect ECONNREFUSED 127.0.0.1:1).',
    );
  });
});
