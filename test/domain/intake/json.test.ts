import { describe, expect, test } from 'vitest';
import { parseBody } from '../../../functions/domain/intake/json.ts';
import { bytesOf } from '../../support/fakes/intake.ts';

const parse = (body: string | Uint8Array, contentType?: string) =>
  parseBody(typeof body === 'string' ? bytesOf(body) : body, contentType);
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('body', () => {
  test.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
  ])('JSON is read under content type %s', (contentType) => {
    expect(parse('{"title":"Disk full"}', contentType)).toEqual({ title: 'Disk full' });
  });

  test('a byte order mark is no part of it', () => {
    expect(parse('\uFEFF{"title":"Disk full"}')).toEqual({ title: 'Disk full' });
  });

  const refused: [what: string, body: string | Uint8Array, code: string, contentType?: string][] = [
    ['nothing', '', 'invalid_json'],
    ['half of a body', '{"title":', 'invalid_json'],
    ['a form', 'title=Disk+full', 'form_encoded', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['null', 'null', 'not_an_object'],
    ['an empty list', '[]', 'not_an_object'],
    ['a list of texts', '["Disk full"]', 'not_an_object'],
    ['a list that is mixed', '[{"title":"Disk full"},1]', 'not_an_object'],
    ['a text', '"Disk full"', 'not_an_object'],
    ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 'invalid_encoding'],
    ['33 levels', nested(33), 'nested_too_deep'],
    ['100,000 levels', nested(100_000), 'nested_too_deep'],
    ['lists of 100,000 levels', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'nested_too_deep'],
  ];
  test.each(refused)('%s is refused', (_, body, code, contentType) => {
    expect(parse(body, contentType)).toMatchObject({ code, status: 400 });
  });

  test('the refusal of a form says what to send instead', () => {
    expect(parse('a=b', 'application/x-www-form-urlencoded')).toMatchObject({
      message: expect.stringContaining('JSON'),
    });
  });

  test('32 levels are read', () => expect(parse(nested(32))).toEqual(JSON.parse(nested(32))));

  test.each([
    ['half a surrogate pair', '"\\ud83d!"', '\uFFFD!'],
    ['what the queue refuses', '"\\uffff\\ufffe"', '\uFFFD\uFFFD'],
    ['a number beyond a double', '1e999', 'Infinity'],
    ['a large number', '1e300', 1e300],
    ['a control character', '"\\u0000"', '\0'],
  ])('%s can be stored afterwards', (_, json, value) => {
    expect(parse(`{"a":[${json}]}`)).toEqual({ a: [value] });
  });

  test('names of the prototype are names', () => {
    const body = parse('{"constructor":"x","toString":{"valueOf":1},"__proto__":{"polluted":true}}');
    expect(Object.entries(body)).toEqual([
      ['constructor', 'x'],
      ['toString', { valueOf: 1 }],
    ]);
    expect({}).not.toHaveProperty('polluted');
    expect(body).not.toHaveProperty('polluted');
  });
});
