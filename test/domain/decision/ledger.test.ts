import { expect, test } from 'vitest';
import { addCounts, dayOf, totalOf } from '../../../functions/domain/decision/ledger.ts';

test('the day of an instant is that of UTC', () => {
  expect(dayOf('2027-03-01T23:59:59.999Z')).toBe('2027-03-01');
  expect(dayOf('2027-03-02T00:30:00+02:00')).toBe('2027-03-01');
});

test('counts are added reason by reason, and what comes to nothing is left out', () => {
  const sum = addCounts({ storm_held: 3, started: 1 }, { storm_held: -3, storm_triaged: 3 }, {});
  expect(sum).toEqual({ started: 1, storm_triaged: 3 });
  expect(totalOf(sum)).toBe(4);
});
