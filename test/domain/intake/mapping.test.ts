import { describe, expect, test } from 'vitest';
import { fullMapping } from '../../../functions/domain/intake/formats.ts';
import { type Mapping, mappingSchema } from '../../../functions/domain/intake/mapping-schema.ts';
import { tryMapping } from '../../../functions/domain/intake/try-mapping.ts';
import { firstOf, occurrencesOf, read, wired } from '../../support/reading.ts';

const mapping = mappingSchema.parse({
  items: 'result.problems',
  title: 'name',
  message: 'text.long',
  severity: { path: 'level', values: { Blocker: 'critical', '3': 'low' } },
  status: { path: 'state', resolved: ['Gone', 'closed'] },
  fingerprint: 'problem_id',
  service: 'where.service',
  environment: 'stage',
});
const problem = (changes: object = {}) => ({
  name: 'Totals are wrong',
  text: { long: 'since 09:00' },
  level: 'BLOCKER',
  state: 'open',
  problem_id: 4711,
  where: { service: 'checkout' },
  ...changes,
});
const bodyOf = (...problems: object[]) => ({ stage: 'production', result: { problems } });
const one = (changes: object, settings: Mapping = mapping) =>
  firstOf(bodyOf(problem(changes)), 'custom', { mapping: settings });

describe('a mapping', () => {
  test('makes an alert of every item; what the item lacks is read from the whole body', () => {
    const body = bodyOf(problem(), problem({ problem_id: 'p2', state: 'gone' }));
    expect(occurrencesOf(body, 'custom', { mapping })).toMatchObject([
      {
        status: 'firing',
        title: 'Totals are wrong',
        message: 'since 09:00',
        severity: 'critical',
        source: 'custom',
        service: 'checkout',
        environment: 'production',
        externalId: '4711',
        fingerprint: 'v1:custom:4711',
        metadata: { payload: problem() },
      },
      { status: 'resolved', fingerprint: 'v1:custom:p2' },
    ]);
  });

  test.each([
    ['a mapped word, in any case', { level: 'blocker' }, 'critical'],
    ['a mapped number', { level: 3 }, 'low'],
    ['a word of the common table', { level: 'error' }, 'high'],
    ['a word that nobody knows', { level: '__proto__' }, 'medium'],
    ['no word', { level: null }, 'medium'],
  ])('severity: %s', (_, changes, severity) => expect(one(changes).severity).toBe(severity));

  test('without a path to the fingerprint the alert is told by title, service and environment', () => {
    const { fingerprint: _, ...rest } = mapping;
    expect(one({ problem_id: 1 }, rest).fingerprint).toBe(one({ problem_id: 2 }, rest).fingerprint);
    expect(one({ name: 'x' }, rest).fingerprint).not.toBe(one({}, rest).fingerprint);
  });

  test('without a list the body is the item', () => {
    expect(firstOf({ a: { 'b.c': 'T' } }, 'custom', { mapping: { title: 'a.b.c' } })).toMatchObject({ title: 'T' });
  });

  test('is for provider custom only', () => {
    expect(read({ title: 'T' }, 'generic', { mapping })).toMatchObject({ format: 'generic' });
  });

  test.each([
    ['no list', { result: {} }, ['result', 'problems']],
    ['an empty list', bodyOf(), ['result', 'problems']],
    ['no title', bodyOf(problem(), problem({ name: '' })), ['result', 'problems', 1, 'name']],
    ['no fingerprint', bodyOf(problem({ problem_id: {} })), ['result', 'problems', 0, 'problem_id']],
  ])('%s is refused, naming the field and the mapping', (_, body, path) => {
    expect(read(body, 'custom', { mapping })).toMatchObject({
      code: 'invalid_payload',
      message: expect.stringContaining('mapping'),
      issues: [{ path }],
    });
  });
});

describe('a mapping that is written', () => {
  test('fits its sample', () => expect(tryMapping(fullMapping(mapping), wired(bodyOf(problem())))).toEqual([]));

  test.each<[string, Partial<Mapping>, string[]]>([
    ['title', { title: 'nam' }, ['title']],
    ['message that is no text', { message: 'text' }, ['message']],
    ['severity', { severity: { path: 'levels' } }, ['severity', 'path']],
    ['status', { status: { path: 'x.y', resolved: 'gone' } }, ['status', 'path']],
    ['fingerprint', { fingerprint: 'id' }, ['fingerprint']],
    ['list', { items: 'problems' }, ['items']],
    ['list that is none', { items: 'stage' }, ['items']],
    ['prototype', { service: 'constructor.name' }, ['service']],
  ])('is told of a wrong path: %s', (_, changes, path) => {
    expect(tryMapping(fullMapping({ ...mapping, ...changes }), wired(bodyOf(problem())))).toEqual([
      { path, code: 'path_not_found', message: expect.stringMatching(/^must lead to /) },
    ]);
  });

  test('an id that a double rounds is no fingerprint', () => {
    expect(tryMapping(fullMapping(mapping), wired(bodyOf(problem({ problem_id: 2 ** 53 }))))).toMatchObject([
      { path: ['fingerprint'] },
    ]);
  });

  test.each([
    ['no title', { message: 'a' }],
    ['an empty path', { title: '' }],
    ['two dots', { title: 'a..b' }],
    ['an unknown severity', { title: 'a', severity: { path: 'b', values: { x: 'worst' } } }],
    ['no resolved value', { title: 'a', status: { path: 'b', resolved: [] } }],
    ['an unknown field', { title: 'a', titel: 'b' }],
  ])('%s is refused', (_, value) => expect(mappingSchema.safeParse(value).success).toBe(false));
});

describe('limits of a mapping', () => {
  const words = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`w${n}`, 'low']));
  const list = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`);
  const status = (resolved: unknown) => ({ title: 'a', status: { path: 'b', resolved } });

  test.each<[what: string, value: object, isTaken: boolean]>([
    ['a path of 255 characters', { title: 'ü'.repeat(255) }, true],
    ['a path of 256 characters', { title: 'ü'.repeat(256) }, false],
    ['50 words of severity', { title: 'a', severity: { path: 'b', values: words(50) } }, true],
    ['51 words of severity', { title: 'a', severity: { path: 'b', values: words(51) } }, false],
    ['50 values of the end', status(list(50)), true],
    ['51 values of the end', status(list(51)), false],
    ['one value of the end', status('gone'), true],
    ['a blank value of the end', status(' '), false],
    ['a value of 255 characters', status('ü'.repeat(255)), true],
    ['a value of 256 characters', status('ü'.repeat(256)), false],
  ])('%s', (_, value, isTaken) => expect(mappingSchema.safeParse(value).success).toBe(isTaken));
});

describe('what a mapping reads', () => {
  test.each([
    ['the item first', { text: { long: 'item' } }, 'item'],
    ['the whole body, where the item has nothing there', { text: undefined }, 'body'],
  ])('a field of %s', (_, changes, message) => {
    const body = { ...bodyOf(problem(changes)), text: { long: 'body' } };
    expect(firstOf(body, 'custom', { mapping })).toMatchObject({ message });
  });

  test.each([
    ['gone', 'resolved'],
    [' CLOSED ', 'resolved'],
    ['open', 'firing'],
    [null, 'firing'],
  ])('state %j is %s', (state, expected) => expect(one({ state }).status).toBe(expected));

  test('one word may mean the end, and no status is firing', () => {
    const { status: _, ...rest } = mapping;
    const single = mappingSchema.parse({ title: 'name', status: { path: 'state', resolved: 'Open' } });
    expect(firstOf({ name: 'T', state: 'OPEN' }, 'custom', { mapping: single }).status).toBe('resolved');
    expect(one({ state: 'gone' }, rest).status).toBe('firing');
  });

  test('without a fingerprint service and environment tell alerts apart, too', () => {
    const { fingerprint: _, ...rest } = mapping;
    const keyOf = (stage: string, service: string) =>
      firstOf({ ...bodyOf(problem({ where: { service } })), stage }, 'custom', { mapping: rest }).fingerprint;
    expect(new Set([keyOf('a', 'x'), keyOf('b', 'x'), keyOf('a', 'y')]).size).toBe(3);
  });

  test('without a list what is missing is named from the root', () => {
    expect(read({ a: 1 }, 'custom', { mapping: { title: 'x.y' } })).toMatchObject({ issues: [{ path: ['x', 'y'] }] });
  });

  test('numbers and truth values are texts', () => {
    expect(one({ name: 7, level: 3, where: { service: true } })).toMatchObject({
      title: '7',
      severity: 'low',
      service: 'true',
    });
  });
});
