import { expect, test } from 'vitest';
import { configurationChanges } from '../../../infra/deploy/changes.ts';

test.each([
  ['a value', { a: 1, b: 2 }, { a: 1, b: 3 }, [['b', '2', '3']]],
  [
    'a key that comes, and one that goes',
    { a: 1 },
    { b: 2 },
    [
      ['a', '1', undefined],
      ['b', undefined, '2'],
    ],
  ],
  ['an item of a list', { a: ['x'] }, { a: ['x', 'y'] }, [['a', 'x', 'x, y']]],
  [
    'a name of an object',
    { a: { x: 1, y: 2 } },
    { a: { y: 3 } },
    [
      ['a.x', '1', undefined],
      ['a.y', '2', '3'],
    ],
  ],
  ['nothing: an empty one is as good as none', { a: [], b: {} }, {}, []],
  ['nothing: the order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
])('%s', (_what, before, after, expected) =>
  expect(configurationChanges(before, after).map(({ key, before: old, after: now }) => [key, old, now])).toEqual(
    expected,
  ),
);
