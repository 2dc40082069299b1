import { describe, expect, test } from 'vitest';
import { at } from '../../../functions/domain/intake/path.ts';
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
