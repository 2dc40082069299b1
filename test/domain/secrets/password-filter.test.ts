import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPasswordFilter } from '../../../functions/domain/secrets/password-filter.ts';
import { runs } from '../../support/property-runs.ts';

const password = 'p+ä"s\\s w/d(1)!';
const username = 'alice';
const { isIn, without } = createPasswordFilter({ username, password });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the password of a server', () => {
  const forms: [how: string, text: string][] = [
    ['as it is', `OPENCODE_SERVER_PASSWORD=${password}`],
    ['in a URL', `?p=${encodeURIComponent(password)}&x`],
    ['as Python quotes it', encodeURIComponent(password).replace('!', '%21').replace('(', '%28').replace(')', '%29')],
    ['in a form', new URLSearchParams({ p: password }).toString()],
    ['in JSON', JSON.stringify({ password })],
    ['in JSON in JSON', JSON.stringify({ body: JSON.stringify({ password }) })],
    ['in base64', base64(password)],
    ['in base64, one byte behind', base64(`x${password}y`)],
    ['in base64, two bytes behind', base64(`xx${password}yy`)],
    ['in base64, three bytes behind', base64(`xxx${password}`)],
    ['in base64url', Buffer.from(`xx${password}`).toString('base64url')],
    ['as a header', `Authorization: Basic ${base64(`${username}:${password}`)}`],
    ['in hex', Buffer.from(password).toString('hex')],
    ['in hex, in capitals', Buffer.from(password).toString('hex').toUpperCase()],
  ];
  test.each(forms)('is found %s, and masked', (_, text) => {
    expect(isIn(`before ${text} behind`)).toBe(true);
    expect(isIn(without(text))).toBe(false);
    expect(without(text)).toContain('[password]');
  });

  test('is found in base64 whose lines are broken, as a patch has them', () => {
    const wrapped = base64(`${'x'.repeat(50)}${password}${'y'.repeat(50)}`).match(/.{1,76}/g) ?? [];
    expect(isIn(wrapped.map((line) => `+${line}`).join('\n'))).toBe(true);
  });

  test.each([
    'nothing of it',
    password.slice(0, -1),
    password.toUpperCase(),
    base64('another password'),
    '+'.repeat(5_000),
  ])('is not found in %j', (text) => {
    expect(isIn(text)).toBe(false);
    expect(without(text)).toBe(text);
  });

  test('whatever it is, and wherever it stands, it is found and taken out', () => {
    const text = fc.string({ maxLength: 30 });
    const secret = fc.string({ minLength: 8, maxLength: 40 }).filter((each) => each.trim().length >= 8);
    const ways = [
      (each: string) => each,
      (each: string) => JSON.stringify(each),
      (each: string) => encodeURIComponent(each),
      base64,
    ];
    fc.assert(
      fc.property(secret, text, text, fc.constantFrom(...ways), (own, before, behind, way) => {
        const filter = createPasswordFilter({ username: 'u', password: own });
        expect(filter.isIn(way(before + own + behind))).toBe(true);
      }),
      { numRuns: runs(2) },
    );
  });
});

describe('a short password', () => {
  const short = createPasswordFilter({ username: 'opencode', password: 'test' });
  test.each([
    ['by itself', 'PASSWORD=test', true],
    ['in quotes', '"test"', true],
    ['as a header', base64('opencode:test'), true],
    ['as a part of a word', 'testing the latest', false],
    ['as a part of a name', 'test_file contest', false],
  ])('%s', (_, text, found) => expect(short.isIn(text)).toBe(found));
});
