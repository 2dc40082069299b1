import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitsGlob, globProblem } from '../../../functions/domain/text/glob.ts';
import { runs } from '../../support/property-runs.ts';

describe('globs', () => {
  const cases: [pattern: string, text: string, fits: boolean][] = [
    ['*', '', true],
    ['*', 'anything\nat all', true],
    ['?', '', false],
    ['?', 'é', true],
    ['?', '😀', true],
    ['??', '😀', false],
    ['prod-*', 'prod-eu', true],
    ['prod-*', 'prod', false],
    ['prod-*', 'my prod-eu', false],
    ['*timeout*', 'upstream timeout after 3 s', true],
    ['*timeout*', 'Upstream Timeout', false],
    ['a*b*c', 'abbbc', true],
    ['a*b*c', 'abbb', false],
    ['*ab', 'aab', true],
    ['*a?b', 'aaab', true],
    ['web-??', 'web-01', true],
    ['web-??', 'web-001', false],
    ['[x]*', '[x] y', true],
    ['[xy]*', 'x', false],
    ['a.c*', 'abc', false],
    ['**', 'a', true],
  ];
  test.each(cases)('%j on %j: %s', (pattern, text, fits) => expect(fitsGlob(pattern, text)).toBe(fits));

  const characters = fc.array(fc.constantFrom('a', 'b', '.', '[', '\n', '😀', '*', '?'), { maxLength: 12 });
  const joined = characters.map((each) => each.join(''));

  test('fit as the same regular expression does', () => {
    fc.assert(
      fc.property(joined, joined, (pattern, text) => {
        const source = [...pattern]
          .map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each.replace(/[.[]/g, '\\$&')))
          .join('');
        expect(fitsGlob(pattern, text)).toBe(new RegExp(`^${source}$`, 'su').test(text));
      }),
      { numRuns: runs(20) },
    );
  });

  test('a hostile text costs its length times that of the pattern at most', () => {
    const text = 'a'.repeat(16_000);
    // Exponential in a backtracking matcher: none of these would come to an end.
    for (const pattern of ['*a'.repeat(127), `${'a*'.repeat(100)}b`, `*${'a'.repeat(250)}b`, `${'?*'.repeat(100)}b`]) {
      expect(fitsGlob(pattern, `${text}c`)).toBe(false);
    }
  });
});

test.each([
  ['prod-*', undefined],
  ['[prod] *', undefined],
  ['{ *', undefined],
  ['prod', 'has no * or ?: write "equals" instead'],
  ['{a,b}*', 'has no alternatives {a,b}: write an "any" list of globs'],
  ['100\\* *', 'cannot quote * or ? with a backslash: write ? for that character'],
])('what is wrong with %j', (pattern, problem) => expect(globProblem(pattern)).toBe(problem));
