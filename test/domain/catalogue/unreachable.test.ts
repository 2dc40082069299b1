import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryFor } from '../../../functions/domain/catalogue/apply-entry.ts';
import type { CatalogueEntry } from '../../../functions/domain/catalogue/catalogue.ts';
import { unreachableEntries } from '../../../functions/domain/catalogue/unreachable.ts';
import { holds, type Match } from '../../../functions/domain/rule/match.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { runs } from '../../support/property-runs.ts';

const service = (equals: string): Match => ({ field: 'service', equals });
const either = (...oneOf: string[]): Match => ({ field: 'service', oneOf });
const live: Match = { field: 'labels.env', equals: 'live' };

describe('an entry that no alert comes to', () => {
  const cases: [what: string, wide: Match | undefined, narrow: Match | undefined, is: boolean][] = [
    ['behind one without conditions', undefined, service('a'), true],
    ['without conditions, behind one with some', service('a'), undefined, false],
    ['the same once more', service('a'), service('a'), true],
    ['one of several names', either('a', 'b'), service('a'), true],
    ['more names than before', either('a', 'b'), either('b', 'c'), false],
    ['narrower by a label', service('a'), { all: [live, service('a')] }, true],
    ['wider than before', { all: [live, service('a')] }, service('a'), false],
    ['both parts of an any', { any: [service('a'), service('b')] }, { any: [service('b'), service('a')] }, true],
    ['one part more of an any', service('a'), { any: [service('a'), service('b')] }, false],
    ['within a prefix', { field: 'service', prefix: 'shop-' }, service('shop-cart'), true],
    ['within a pattern', { field: 'service', glob: 'shop-*' }, either('shop-cart', 'shop-pay'), true],
    ['outside of a pattern', { field: 'service', glob: 'shop-?' }, service('shop-cart'), false],
    ['whatever the case', { ...service('A'), ignoreCase: true }, service('a'), true],
    ['in any case, behind one case', service('a'), { ...service('a'), ignoreCase: true }, false],
    ['there at all', { field: 'service', exists: true }, service('a'), true],
    ['not there', { field: 'service', exists: true }, { field: 'service', exists: false }, false],
    ['severer', { severity: { atLeast: 'high' } }, { severity: { atLeast: 'critical' } }, true],
    ['less severe', { severity: { atLeast: 'high' } }, { severity: { atLeast: 'low' } }, false],
    ['another field', service('a'), { field: 'labels.service', equals: 'a' }, false],
  ];
  test.each(cases)('%s', (_, wide, narrow, is) => {
    const entries = [
      { name: 'first', ...(wide && { match: wide }) },
      { name: 'second', ...(narrow && { match: narrow }) },
    ];
    expect(unreachableEntries(entries)).toEqual(is ? [{ entry: 'second', by: 'first' }] : []);
  });

  const word = fc.constantFrom('a', 'A', 'ab', 'b');
  const leaf: fc.Arbitrary<Match> = fc.oneof(
    fc.record({ field: fc.constantFrom('service', 'labels.env'), equals: word }),
    fc.record({
      field: fc.constantFrom('service', 'labels.env'),
      oneOf: fc.array(word, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ field: fc.constant('service'), prefix: word }),
    fc.record({ field: fc.constant('service'), glob: fc.constantFrom('a*', '?', '*') }),
    fc.record({ field: fc.constant('service'), equals: word, ignoreCase: fc.boolean() }),
    fc.record({ field: fc.constant('service'), exists: fc.boolean() }),
    fc.record({ severity: fc.record({ atLeast: fc.constantFrom('critical' as const, 'low' as const) }) }),
  );
  const condition: fc.Arbitrary<Match> = fc.oneof(
    { withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(leaf, { minLength: 1, maxLength: 2 }) }),
    fc.record({ any: fc.array(leaf, { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: leaf }),
  );
  const alert = fc.record(
    { service: word, severity: fc.constantFrom('critical' as const, 'info' as const), env: word },
    { requiredKeys: ['severity'] },
  );

  test('gets none, of whatever alerts there are, and each alert the first that is for it', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 2, maxLength: 5 }),
        fc.array(alert, { maxLength: 8 }),
        (all, alerts) => {
          const entries: CatalogueEntry[] = all.map((match, index) => ({ name: `e${index}`, match }));
          const none = new Set(unreachableEntries(entries).map(({ entry }) => entry));
          for (const { env, ...each } of alerts) {
            const labels: Record<string, string> = env === undefined ? {} : { env };
            const found = entryFor(entries, sampleAlert({ ...each, labels }), new Date(0));
            const first = entries.find(({ match }) =>
              holds(match ?? {}, sampleAlert({ ...each, labels }), new Date(0)),
            );
            expect(found).toBe(first);
            expect(none.has(found?.name ?? '')).toBe(false);
          }
        },
      ),
      { numRuns: runs(4) },
    );
  });
});
