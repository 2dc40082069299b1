import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reasonCodes } from '../../../functions/contract/reason-codes.ts';
import { addCounts, afterMoves, dayOf, ledgerDayOf, totalOf } from '../../../functions/domain/decision/ledger.ts';

test('the day of an instant is that of UTC', () => {
  expect(dayOf('2027-03-01T23:59:59.999Z')).toBe('2027-03-01');
  expect(dayOf('2027-03-02T00:30:00+02:00')).toBe('2027-03-01');
});

test('counts are added reason by reason, and what comes to nothing is left out', () => {
  const sum = addCounts({ storm_held: 3, started: 1 }, { storm_held: -3, storm_triaged: 3 }, {});
  expect(sum).toEqual({ started: 1, storm_triaged: 3 });
  expect(totalOf(sum)).toBe(4);
});

describe('a decision that another one follows', () => {
  const released = (amount: number) => ({ storm_held: -amount, storm_released: amount });

  test.each<[what: string, counts: object, moves: object[], after: object]>([
    ['goes over to it', { storm_held: 3 }, [released(2)], { storm_held: 1, storm_released: 2 }],
    ['to the last one', { storm_held: 1 }, [released(1)], { storm_released: 1 }],
    ['is not there yet', { started: 1 }, [released(1)], { started: 1 }],
    ['is there in part', { storm_held: 1 }, [released(3)], { storm_released: 1 }],
    [
      'is followed in turn, in whatever order that is listed',
      { scheduled: 2 },
      [
        { started: 2, paused: -2 },
        { scheduled: -2, paused: 2 },
      ],
      { started: 2 },
    ],
    [
      'went round',
      { paused: 1 },
      [
        { paused: -1, scheduled: 1 },
        { scheduled: -1, paused: 1 },
      ],
      { paused: 1 },
    ],
    ['has several beside it', { storm_held: 2 }, [released(1), released(1)], { storm_released: 2 }],
    ['moves nothing', { started: 1 }, [{}], { started: 1 }],
  ])('%s', (_, counts, moves, after) => expect(afterMoves(counts, moves)).toEqual(after));
});

const counts = fc.dictionary(fc.constantFrom(...reasonCodes), fc.integer({ min: 0, max: 3_000 }));
const moves = fc.array(
  fc
    .tuple(fc.constantFrom(...reasonCodes), fc.constantFrom(...reasonCodes), fc.integer({ min: 1, max: 3_000 }))
    .filter(([from, to]) => from !== to)
    .map(([from, to, amount]) => ({ [from]: -amount, [to]: amount })),
);

test('whatever was moved before its account was there: no count is negative, and the account balances', () => {
  const accounts = fc.array(fc.record({ entries: fc.nat(), decisions: fc.nat(), reasons: fc.option(counts) }));
  fc.assert(
    fc.property(accounts, moves, (written, moved) => {
      const deliveries = written.map(({ reasons, ...due }) =>
        reasons ? { ...due, reasons, decisions: totalOf(reasons) } : due,
      );
      const { accepted, reasons, undecided } = ledgerDayOf(deliveries, moved);
      expect(Math.min(0, ...Object.values(reasons))).toBe(0);
      expect(totalOf(reasons) + undecided).toBe(accepted);
      expect(undecided).toBeGreaterThanOrEqual(0);
    }),
  );
});
