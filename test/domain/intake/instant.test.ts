import { describe, expect, test } from 'vitest';
import { instantOf } from '../../../functions/domain/intake/instant.ts';

describe('a time as a sender writes it', () => {
  test.each([
    ['2027-03-01T12:00:00Z', '2027-03-01T12:00:00.000Z'],
    ['2027-03-01T12:00:00.123456789Z', '2027-03-01T12:00:00.123Z'],
    ['2027-03-01T13:00:00+01:00', '2027-03-01T12:00:00.000Z'],
    ['2027-03-01T12:00:00.987+0000', '2027-03-01T12:00:00.987Z'],
    [1803902400000, '2027-03-01T12:00:00.000Z'],
    [1803902400, '2027-03-01T12:00:00.000Z'],
    ['1803902400000', '2027-03-01T12:00:00.000Z'],
  ])('%s', (given, expected) => expect(instantOf(given)).toBe(expected));

  test.each([
    [undefined],
    [null],
    [''],
    ['yesterday'],
    ['2027-03-01'],
    ['2027-03-01T12:00:00'],
    ['2027-03-01 12:00:00 +0000 UTC'],
    ['2027-13-01T12:00:00Z'],
    ['0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59-14:00'],
    [0],
    [-1],
    [1e300],
    [true],
    [[]],
  ])('%j is none', (given) => expect(instantOf(given)).toBeUndefined());
});
