import { describe, expect, test } from 'vitest';
import { isWithin, type TimeSpan, timeSchema, timeSentence } from '../../../../functions/domain/rule/match-time.ts';

const berlin = 'Europe/Berlin';
const office: TimeSpan = { from: '09:00', to: '17:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], timeZone: berlin };
const night: TimeSpan = { from: '22:00', to: '06:00', days: ['fri'], timeZone: berlin };

describe('a span of time', () => {
  const cases: [what: string, span: TimeSpan, at: string, within: boolean][] = [
    // 2027-03-01 is a Monday; Berlin is an hour ahead of UTC in winter.
    ['its first minute', office, '2027-03-01T08:00:00Z', true],
    ['the last second before it', office, '2027-03-01T07:59:59Z', false],
    ['its last second', office, '2027-03-01T15:59:59Z', true],
    ['its end', office, '2027-03-01T16:00:00Z', false],
    ['a Sunday', office, '2027-02-28T10:00:00Z', false],
    ['Sunday in UTC, Monday in Tokyo', { days: ['mon'], timeZone: 'Asia/Tokyo' }, '2027-02-28T16:00:00Z', true],
    ['Monday in UTC, Tuesday in Tokyo', { days: ['mon'], timeZone: 'Asia/Tokyo' }, '2027-03-01T16:00:00Z', false],
    ['Friday night', night, '2027-03-05T21:30:00Z', true],
    ['Friday night, on Saturday', night, '2027-03-06T04:59:59Z', true],
    ['after Friday night', night, '2027-03-06T05:00:00Z', false],
    ['the night before Friday', night, '2027-03-05T04:00:00Z', false],
    ['Saturday night', night, '2027-03-06T22:00:00Z', false],
    ['a night from Sunday to Monday', { ...night, days: ['sun'] }, '2027-03-01T03:00:00Z', true],
    ['a whole day', { days: ['mon'], timeZone: berlin }, '2027-03-01T22:59:59Z', true],
    ['the end of a whole day', { days: ['mon'], timeZone: berlin }, '2027-03-01T23:00:00Z', false],
    ['until midnight', { from: '20:00', to: '24:00', timeZone: 'UTC' }, '2027-03-01T23:59:59Z', true],
    ['from midnight', { from: '20:00', to: '24:00', timeZone: 'UTC' }, '2027-03-02T00:00:00Z', false],
    ['an open beginning', { to: '06:00', timeZone: 'UTC' }, '2027-03-01T00:00:00Z', true],
    // Clocks go from 02:00 to 03:00 on 2027-03-28, and from 03:00 back to 02:00 on 2027-10-31.
    ['summer', office, '2027-04-01T07:00:00Z', true],
    ['an hour that is left out', { from: '02:00', to: '03:00', timeZone: berlin }, '2027-03-28T01:00:00Z', false],
    ['just before that hour', { from: '02:00', to: '03:00', timeZone: berlin }, '2027-03-28T00:59:59Z', false],
    ['an hour that comes twice', { from: '02:00', to: '03:00', timeZone: berlin }, '2027-10-31T00:30:00Z', true],
    ['the second time', { from: '02:00', to: '03:00', timeZone: berlin }, '2027-10-31T01:30:00Z', true],
    ['after both', { from: '02:00', to: '03:00', timeZone: berlin }, '2027-10-31T02:00:00Z', false],
    ['half an hour off', { from: '05:30', to: '06:00', timeZone: 'Asia/Kolkata' }, '2027-03-01T00:00:00Z', true],
  ];
  test.each(cases)('%s', (_, span, at, within) => {
    expect(isWithin(timeSchema.parse(span), new Date(at))).toBe(within);
  });

  test('more zones than are kept in mind change nothing', () => {
    for (const zone of Intl.supportedValuesOf('timeZone').slice(0, 250)) {
      expect(isWithin({ from: '00:00', to: '24:00', timeZone: zone }, new Date('2027-03-01T12:00:00Z'))).toBe(true);
    }
    expect(isWithin(office, new Date('2027-03-01T08:00:00Z'))).toBe(true);
  });
});

test('is said as it is written', () => {
  expect(timeSentence(night)).toBe('fri 22:00 to 06:00 Europe/Berlin');
  expect(timeSentence({ days: ['sat', 'sun'], timeZone: 'UTC' })).toBe('sat, sun 00:00 to 24:00 UTC');
});

describe('a span that is written', () => {
  const hours = { from: '09:00', to: '17:00', timeZone: 'UTC' };

  test.each<[what: string, span: object, isTaken: boolean]>([
    ['hours', hours, true],
    ['days alone', { days: ['mon'], timeZone: 'UTC' }, true],
    ['every day', { ...hours, days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }, true],
    ['until the end of the day', { ...hours, to: '24:00' }, true],
    ['from its beginning', { ...hours, from: '00:00' }, true],
    ['over midnight', { ...hours, from: '22:00' }, true],
    ['neither hours nor days', { timeZone: 'UTC' }, false],
    ['no days', { ...hours, days: [] }, false],
    ['from the end of the day', { ...hours, from: '24:00' }, false],
    ['until its beginning', { ...hours, to: '00:00' }, false],
    ['from an hour to itself', { ...hours, to: '09:00' }, false],
    ['a time zone that nobody knows', { ...hours, timeZone: 'Mars/Olympus' }, false],
    ['no time zone', { ...hours, timeZone: '' }, false],
  ])('%s', (_, span, isTaken) => expect(timeSchema.safeParse(span).success).toBe(isTaken));
});
