import { describe, expect, test } from 'vitest';
import { alertIdOf, nextAlertIdOf } from '../../../functions/domain/alert/alert-id.ts';

const incident = { relayId: 'rly_1', fingerprint: 'v1:generic:checkout' };
const known = { ...incident, startsAt: '2027-03-01T12:00:00.000Z' };

describe('alert id', () => {
  test('is a prefix and 32 hex digits, and stays what it was in the first release', () => {
    expect(alertIdOf(known)).toBe('alr_d5e5672ea005e8e42cac0e09979da36e');
    expect(nextAlertIdOf({ ...incident, previousAlertId: null })).toBe('alr_570ccc5297470f271443ccca51f2a5e7');
  });

  test.each([
    '2027-03-01T12:00:00Z',
    '2027-03-01T12:00:00.000000000Z',
    '2027-03-01T13:00:00+01:00',
    '2027-03-01T06:30:00-05:30',
  ])('%s is the same instant, so the same alert', (startsAt) => {
    expect(alertIdOf({ ...known, startsAt })).toBe(alertIdOf(known));
  });

  test.each([
    ['relay', { relayId: 'rly_2' }],
    ['fingerprint', { fingerprint: 'v1:generic:basket' }],
    ['start', { startsAt: '2027-03-01T12:00:00.001Z' }],
  ])('another %s is another alert', (_, changes) => {
    expect(alertIdOf({ ...known, ...changes })).not.toBe(alertIdOf(known));
  });

  test('a start that is no date is an error', () => {
    expect(() => alertIdOf({ ...known, startsAt: 'yesterday' })).toThrow(RangeError);
  });
});

describe('next alert id', () => {
  const next = (previousAlertId: string | null) => nextAlertIdOf({ ...incident, previousAlertId });

  test('follows from the previous alert alone, so concurrent repeats agree', () => {
    expect(next('alr_1')).toBe(next('alr_1'));
    expect(next('alr_1')).toMatch(/^alr_[0-9a-f]{32}$/);
  });

  test('a chain of alerts never meets itself', () => {
    const chain: string[] = [];
    for (let index = 0; index < 100; index++) chain.push(next(chain.at(-1) ?? null));
    expect(new Set(chain).size).toBe(100);
  });

  test('parts cannot run into each other, whatever a sender puts into its key', () => {
    const fingerprint = 'a","alr_1';
    expect(nextAlertIdOf({ relayId: 'rly_1', fingerprint, previousAlertId: 'b' })).not.toBe(
      nextAlertIdOf({ relayId: 'rly_1', fingerprint: 'a', previousAlertId: 'alr_1","b' }),
    );
    expect(next('1804507200000')).not.toBe(alertIdOf({ ...incident, startsAt: new Date(1804507200000).toISOString() }));
  });
});
