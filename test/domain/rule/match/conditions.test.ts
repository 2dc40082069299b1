import { describe, expect, test } from 'vitest';
import { type Match, matchOf, matchSchema } from '../../../../functions/domain/rule/match.ts';
import { alert } from './alert.ts';

const at = new Date('2027-03-01T12:00:00Z');
const outcome = (match: Match) => {
  const result = matchOf(matchSchema.parse(match), alert, at);
  return result.matched ? true : result.clause;
};

describe('one field', () => {
  const cases: [match: Match, outcome: true | string][] = [
    [{ field: 'title', equals: 'Checkout totals are wrong' }, true],
    [{ field: 'title', equals: 'checkout totals are wrong' }, 'match: title equals "checkout totals are wrong"'],
    [{ field: 'title', equals: 'checkout TOTALS are wrong', ignoreCase: true }, true],
    [{ field: 'title', prefix: 'Checkout' }, true],
    [{ field: 'title', prefix: 'totals' }, 'match: title prefix "totals"'],
    [{ field: 'title', glob: '*TOTALS*', ignoreCase: true }, true],
    [{ field: 'title', glob: '*TOTALS*' }, 'match: title glob "*TOTALS*"'],
    [{ field: 'environment', oneOf: ['staging', 'production'] }, true],
    [{ field: 'environment', oneOf: ['staging', 'test'] }, 'match: environment oneOf "staging", "test"'],
    [{ field: 'severity', equals: 'high' }, true],
    [{ field: 'format', equals: 'alertmanager' }, true],
    [{ field: 'fingerprint', prefix: 'v1:' }, true],
    [{ field: 'externalId', exists: false }, true],
    [{ field: 'externalId', exists: true }, 'match: externalId exists true'],
    [{ field: 'service', exists: true }, true],
    [{ field: 'labels.team', equals: 'payments' }, true],
    [{ field: 'labels.app.kubernetes.io/name', equals: 'shop' }, true],
    [{ field: 'labels.toString', exists: false }, true],
    [{ field: 'labels.empty', exists: false }, true],
    [{ field: 'metadata.payload.region', equals: 'eu' }, true],
    [{ field: 'metadata.payload.code', equals: 503 }, true],
    [{ field: 'metadata.payload.code', equals: '503' }, true],
    [{ field: 'metadata.payload.retried', equals: false }, true],
    [{ field: 'metadata.payload.nothing', exists: false }, true],
    [{ field: 'metadata.payload.hosts.1.name', equals: 'web-2' }, true],
    [{ field: 'metadata.payload.hosts.name', exists: false }, true],
    [{ field: 'metadata.payload.hosts', exists: true }, true],
    [
      { field: 'metadata.payload.hosts', equals: '[object Object]' },
      'match: metadata.payload.hosts equals "[object Object]"',
    ],
    [{ field: 'metadata.payload.tags', equals: 'blue' }, true],
    [{ field: 'metadata.payload.tags', glob: 'g*' }, true],
    [{ field: 'metadata.payload.tags.0', equals: 'blue' }, true],
    [{ field: 'metadata.dotted.name.inner', equals: 'x' }, true],
    [{ field: 'metadata.__proto__.x', exists: false }, true],
    [{ severity: { atLeast: 'medium' } }, true],
    [{ severity: { atLeast: 'high' } }, true],
    [{ severity: { atLeast: 'critical' } }, 'match.severity atLeast critical'],
  ];
  test.each(cases)('%j: %s', (match, expected) => expect(outcome(match)).toBe(expected));
});

describe('together', () => {
  const yes: Match = { field: 'service', equals: 'checkout' };
  const no: Match = { field: 'service', equals: 'search' };
  const cases: [match: Match, outcome: true | string][] = [
    [{ all: [yes, { severity: { atLeast: 'low' } }] }, true],
    [{ all: [yes, { severity: { atLeast: 'critical' } }] }, 'match.all[1].severity atLeast critical'],
    [{ all: [no, { severity: { atLeast: 'critical' } }] }, 'match.all[0]: service equals "search"'],
    [{ any: [no, yes] }, true],
    [{ any: [no] }, 'match.any[0]: service equals "search"'],
    [
      { any: [no, { severity: { atLeast: 'critical' } }, { all: [yes, no] }, { not: yes }] },
      'match.any (service equals "search"; severity atLeast critical; all of 2; not (service equals "checkout"))',
    ],
    [{ not: no }, true],
    [{ not: yes }, 'match.not (service equals "checkout")'],
    [{ all: [yes, { any: [yes] }, { any: [{ all: [no] }] }] }, 'match.all[2].any[0].all[0]: service equals "search"'],
    [{ not: { any: [no, yes] } }, 'match.not (any of 2)'],
    [{ time: { from: '09:00', to: '10:00', days: ['mon'], timeZone: 'UTC' } }, 'match.time mon 09:00 to 10:00 UTC'],
  ];
  test.each(cases)('%j: %s', (match, expected) => expect(outcome(match)).toBe(expected));

  test('a clause is one line of bounded length', () => {
    const long = outcome({ field: 'title', equals: `a\nb${'x'.repeat(200)}` });
    expect(long).toMatch(/^match: title equals "a bx+…$/);
    expect(long).toHaveLength(200);
    expect(outcome({ any: Array.from({ length: 50 }, () => no) })).toHaveLength(200);
  });
});
