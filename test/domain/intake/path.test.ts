import { describe, expect, test } from 'vitest';
import { mappingSchema } from '../../../functions/domain/intake/mapping-schema.ts';
import { at, keyOf, textOf } from '../../../functions/domain/intake/path.ts';
import { labelsOfTags, splitTags } from '../../../functions/domain/intake/tags.ts';
import { wired } from '../../support/reading.ts';

describe('a dot-path', () => {
  const body = wired({
    event: { data: { id: 7, 'a.b': { c: 'dotted' }, empty: null } },
    alerts: [{ labels: { 'app.kubernetes.io/name': 'shop' } }],
  });

  test.each([
    ['event.data.id', 7],
    ['event.data.a.b.c', 'dotted'],
    ['alerts.0.labels.app.kubernetes.io/name', 'shop'],
    ['event.data.empty', null],
    ['event.data.empty.more', undefined],
    ['event.data.id.more', undefined],
    ['alerts.1', undefined],
    ['alerts.length', undefined],
    ['constructor', undefined],
    ['event.toString', undefined],
    ['__proto__.constructor.name', undefined],
  ])('%s', (path, expected) => expect(at(body, path)).toBe(expected));
});

describe('tags', () => {
  test('as labels; of several values of a name the order does not matter', () => {
    const labels = { env: 'production', team: 'cart,shop', url: 'http://a', urgent: 'true' };
    expect(labelsOfTags(splitTags('env:production, team:shop,team:cart,url:http://a, urgent,,'))).toEqual(labels);
    expect(labelsOfTags(['urgent', 'url:http://a', 'team:cart', 'team:shop', 'env:production'])).toEqual(labels);
  });

  test('what is no text is no tag, and a prototype is no label', () => {
    expect(labelsOfTags([{}, null, [], '__proto__:x', 7])).toEqual({ 7: 'true' });
  });

  test('no text has no tags', () => expect(labelsOfTags(splitTags(undefined))).toEqual({}));
});

describe('a dot-path that is written', () => {
  test.each(['a', 'a.b', 'a.0.b', 'app.kubernetes.io/name', 'ü', 'x'.repeat(255)])('%.20s is one', (path) => {
    expect(mappingSchema.safeParse({ title: path }).success).toBe(true);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', 'x'.repeat(256), 7])('%.20j is none', (path) => {
    expect(mappingSchema.safeParse({ title: path }).success).toBe(false);
  });
});

describe('of a value', () => {
  test.each([
    ['x', 'x', 'x'],
    [' x ', ' x ', ' x '],
    [' ', undefined, undefined],
    [0, '0', '0'],
    [false, 'false', 'false'],
    [1.5, '1.5', undefined],
    [Number.MAX_SAFE_INTEGER, '9007199254740991', '9007199254740991'],
    [Number.MAX_SAFE_INTEGER + 1, '9007199254740992', undefined],
    [null, undefined, undefined],
    [[], undefined, undefined],
  ])('%j the text is %j, and the key %j', (value, text, key) => {
    expect([textOf(value), keyOf(value)]).toEqual([text, key]);
  });
});

describe('the longest name that is there', () => {
  const labels = wired({
    a: { b: { c: 'deep' } },
    'a.b': { c: 'dotted', d: { e: 'x' } },
    'a.b.c.d': 'longest',
    '': 'none',
  });

  test.each([
    ['a.b.c', 'dotted'],
    ['a.b.c.d', 'longest'],
    ['a.b.d.e', 'x'],
    ['a.b.e', undefined],
    ['.a', undefined],
  ])('%s', (path, expected) => expect(at(labels, path)).toBe(expected));

  test.each([
    ['0', 'x'],
    ['1.0', 'y'],
    ['1', ['y']],
    ['01', ['y']],
    ['-1', undefined],
    ['2', undefined],
    ['1.0.a', undefined],
  ])('of a list: %s', (path, expected) => expect(at(['x', ['y']], path)).toEqual(expected));
});

describe('tags, the rest', () => {
  test.each([
    [[':a'], { ':a': 'true' }],
    [['a:'], { a: '' }],
    [['a:b:c'], { a: 'b:c' }],
    [[' a:b '], { a: 'b' }],
    [['a', 'a:b', 'a:b'], { a: 'b,true' }],
  ])('%j', (tags, labels) => expect(labelsOfTags(tags)).toEqual(labels));
});
