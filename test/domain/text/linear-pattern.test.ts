import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearPattern, patternProblem } from '../../../functions/domain/text/linear-pattern.ts';
import { runs } from '../../support/property-runs.ts';

const codesOf = (text: string): number[] => [...text].map((character) => character.codePointAt(0) ?? 0);
/** The text with a `#` for each character that lies in a match. */
const marked = (pattern: string, text: string): string => {
  const marks = linearPattern(pattern).marks(codesOf(text));
  return [...text].map((character, at) => (marks[at] ? '#' : character)).join('');
};

describe('a pattern marks what lies in a match', () => {
  test.each([
    ['secret', 'a secret, secrets', 'a ######, ######s'],
    ['\\d{3}', '12 345 67', '12 ### 67'],
    ['\\d{2,3}x', '1x 12x 1234x', '1x ### 1####'],
    ['ab?c', 'ac abc abbc', '## ### abbc'],
    ['a+b', 'aaab', '####'],
    ['(?:foo|ba[rz])-\\w+', 'foo-1 bar-x bat-y', '##### ##### bat-y'],
    ['(?i)pass\\w*=\\S+', 'PassWord=x y', '########## y'],
    ['[^a-z ]+', 'ab CD ef', 'ab ## ef'],
    ['(?i)[^a]x', 'Ax ax bx', 'Ax ax ##'],
    ['kd-\\d{4,}', 'kd-123 kd-12345', 'kd-123 ########'],
    ['a.c', 'abc a\nc', '### a\nc'],
    ['\\.\\*', 'x.*y', 'x##y'],
    ['😀+', 'a😀😀b', 'a##b'],
    ['[\\d.-]+@', '1.2-3@x', '######x'],
    ['a{0,2}b', 'aaab', 'a###'],
  ])('%s in %j', (pattern, text, expected) => expect(marked(pattern, text)).toBe(expected));
});

describe('a pattern is refused that', () => {
  test.each([
    ['^a', 'looked for everywhere'],
    ['a$', 'looked for everywhere'],
    ['(?=a)', 'looks around'],
    ['(?<n>a)', 'looks around'],
    ['(a)\\1', 'unknown \\1'],
    ['\\bword', 'unknown \\b'],
    ['a**', 'repeat of a repeat'],
    ['a+?', 'repeat of a repeat'],
    ['*a', 'repeats nothing'],
    ['a{3,2}', 'not within'],
    ['a{101}', 'not within'],
    ['(a', 'without a )'],
    ['a)', 'without a ('],
    ['[]', 'empty brackets'],
    ['[a', 'middle'],
    ['a\\', 'middle'],
    ['[z-a]', 'low to high'],
    ['a*', 'empty text'],
    ['', 'empty text'],
    ['(a|b?)', 'empty text'],
    ['(\\w{50}){50}', 'too long'],
    ['((((((((((((a{100}){100}){100}))))))))))', 'groups in each other'],
    ['(a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z)+', 'too intricate'],
  ])('is %j', (pattern, problem) => expect(patternProblem(pattern)).toContain(problem));
});

const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\d');
const pieces = fc.array(
  fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}')).map((piece) => piece.join('')),
  { minLength: 1, maxLength: 4 },
);
const pattern = fc
  .array(
    pieces.map((each) => each.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((each) => each.join('|'));

test('what every other engine finds anywhere is marked, and nothing else', () => {
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1'), maxLength: 8 }), (source, text) => {
      fc.pre(patternProblem(source) === undefined);
      const whole = new RegExp(`^(?:${source})$`);
      const expected = [...text].map((_, at) =>
        [...text].some((__, from) =>
          [...text].some((___, to) => from <= at && at <= to && whole.test(text.slice(from, to + 1))),
        ),
      );
      expect(linearPattern(source).marks(codesOf(text))).toEqual(expected);
    }),
    { numRuns: runs(5) },
  );
});

describe('the time of a search grows with the text and not beyond', () => {
  const deadly = ['(a+)+b', '(a|a)*b', '(a|aa)+b', '(.*)*x', 'a*a*a*a*a*b', '(a{0,20}){0,9}b', '([a-c]+)+d'];
  test.each(deadly)('%s', (source) => {
    const problem = patternProblem(source);
    if (problem !== undefined) return expect(problem).toMatch(/too (intricate|long)/);
    const search = linearPattern(source);
    // The steps that are taken, counted by what is asked of each character.
    const steps = (length: number): number => {
      let asked = 0;
      const text = new Proxy(codesOf('a'.repeat(length)), {
        get: (codes, name) => {
          asked++;
          return Reflect.get(codes, name);
        },
      });
      search.marks(text);
      return asked;
    };
    expect(steps(20_000)).toBeLessThan(11 * steps(2_000));
    const begun = process.cpuUsage().user;
    search.marks(codesOf('a'.repeat(20_000)));
    // A backtracking engine takes years.
    expect(process.cpuUsage().user - begun).toBeLessThan(5_000_000);
  });
});
