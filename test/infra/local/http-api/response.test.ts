import { describe, expect, test } from 'vitest';
import { type HttpResponse, responseOf } from '../../../../infra/local/http-api/response.ts';

const json = { 'content-type': 'application/json' };
const failed = { status: 500, headers: json, body: '{"message":"Internal Server Error"}' };

describe('the response to a result', () => {
  test.each<[name: string, result: unknown, response: HttpResponse]>([
    ['without a status code', { a: 1 }, { status: 200, headers: json, body: '{"a":1}' }],
    ['that is text', 'text', { status: 200, headers: json, body: 'text' }],
    ['that is null', null, { status: 200, headers: json, body: 'null' }],
    [
      'with a status code alone',
      { statusCode: 204 },
      { status: 204, headers: { 'content-type': 'text/plain;charset=utf-8' }, body: '' },
    ],
    [
      'with everything',
      { statusCode: '201', headers: { 'Content-Type': 'a/b', 'X-N': 1 }, cookies: ['a=1', 'b=2'], body: 'done' },
      { status: 201, headers: { 'content-type': 'a/b', 'x-n': '1', 'set-cookie': ['a=1', 'b=2'] }, body: 'done' },
    ],
    [
      'in base64',
      { statusCode: 200, body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true },
      { status: 200, headers: { 'content-type': 'text/plain;charset=utf-8' }, body: Buffer.from([0, 255]) },
    ],
    ['with a status code that is none', { statusCode: 'ok' }, failed],
    ['with a body that is no text', { statusCode: 200, body: { a: 1 } }, failed],
  ])('%s', (_, result, response) => {
    expect(responseOf(result)).toEqual(response);
  });
});
