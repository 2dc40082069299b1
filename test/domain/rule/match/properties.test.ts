import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds as holdsAtAll, type Match, matchOf, matchSchema } from '../../../../functions/domain/rule/match.ts';
import { weekdays } from '../../../../functions/domain/rule/match-time.ts';
import { alert } from './alert.ts';

const field = fc.constantFrom('title', 'service', 'labels.team', 'metadata.payload.tags', 'labels.none');
const value = fc.constantFrom('checkout', 'payments', 'blue', 'high', 'low');
const leaf: fc.Arbitrary<Match> = fc.oneof(
  fc.record({ field, equals: value }),
  fc.record({ field: fc.constant('severity'), equals: fc.constantFrom('high', 'low') }),
  fc.record({ field, oneOf: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ field, prefix: fc.constantFrom('c', 'pay', 'h') }),
  fc.record({ field, glob: fc.constantFrom('*', 'c*', '*a*', '?igh') }),
  fc.record({ field, exists: fc.boolean() }),
  fc.record({ severity: fc.record({ atLeast: fc.constantFrom('critical', 'high', 'low') }) }),
  fc.record({ time: fc.record({ days: fc.subarray([...weekdays], { minLength: 1 }), timeZone: fc.constant('UTC') }) }),
);
const { match } = fc.letrec<{ match: Match }>((tie) => ({
  match: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(tie('match'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('match'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('match') }),
  ),
}));
const at = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
const holds = (given: Match, moment: Date): boolean => matchOf(given, alert, moment).matched;
const negated = (given: Match): Match => ({ not: given });

describe('conditions', () => {
  test('not of not is the condition itself', () => {
    fc.assert(
      fc.property(match, at, (given, moment) => holds(negated(negated(given)), moment) === holds(given, moment)),
    );
  });

  test('hold with and without a word why not alike', () => {
    fc.assert(fc.property(match, at, (given, moment) => holds(given, moment) === holdsAtAll(given, alert, moment)));
  });

  test('what is not, does not hold', () => {
    fc.assert(fc.property(match, at, (given, moment) => holds(negated(given), moment) !== holds(given, moment)));
  });

  test('not all of some is any of their opposites', () => {
    const parts = fc.array(match, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, at, (given, moment) => {
        expect(holds(negated({ all: given }), moment)).toBe(holds({ any: given.map(negated) }, moment));
        expect(holds(negated({ any: given }), moment)).toBe(holds({ all: given.map(negated) }, moment));
      }),
    );
  });

  test('a clause that fails begins at the root, and holds no line break', () => {
    fc.assert(
      fc.property(match, at, (given, moment) => {
        const result = matchOf(given, alert, moment);
        if (!result.matched) expect(result.clause).toMatch(/^match[.:][^\n]{1,195}$/);
      }),
    );
  });

  test('whatever is taken can be asked of an alert, and nothing makes the schema throw', () => {
    const anything = fc.oneof(
      match,
      fc.anything({ maxDepth: 5, key: fc.constantFrom('all', 'any', 'not', 'field', 'glob') }),
    );
    fc.assert(
      fc.property(anything, at, (given, moment) => {
        const read = matchSchema.safeParse(given);
        if (read.success) expect(typeof holds(read.data, moment)).toBe('boolean');
      }),
    );
  });

  test('what is read is what was written', () => {
    fc.assert(
      fc.property(match, (given) => {
        expect(matchSchema.parse(given)).toEqual(given);
      }),
    );
  });
});
