import { expect, test } from 'vitest';
import { cut } from '../../../functions/domain/text/cut.ts';

test.each([
  ['', 5, ''],
  ['abcde', 5, 'abcde'],
  ['abcdef', 5, 'abcd…'],
  ['üüüüü', 5, 'üüüüü'],
  ['üüüüüü', 5, 'üüüü…'],
  ['abc💥', 5, 'abc💥'],
  ['abc💥d', 5, 'abc…'],
  ['ab💥cd', 5, 'ab💥…'],
  ['💥💥💥', 5, '💥💥…'],
  ['💥💥💥', 4, '💥…'],
])('%s of at most %i units is %s', (text, max, expected) => expect(cut(text, max)).toBe(expected));
