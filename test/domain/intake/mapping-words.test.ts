import { describe, expect, test } from 'vitest';
import { mappingSchema } from '../../../functions/domain/intake/mapping-schema.ts';
import { firstOf, read } from '../../support/reading.ts';

const custom = (given: unknown, body: object) => read(body, 'custom', { mapping: mappingSchema.parse(given) });
const alertOf = (given: unknown, body: object) => firstOf(body, 'custom', { mapping: mappingSchema.parse(given) });

describe('what a mapping may say besides', () => {
  const words = {
    path: 'state',
    firing: ['bad'],
    resolved: 'good',
    acknowledged: 'seen',
    ignored: 'flap*',
    test: 'try',
  };

  test.each([
    ['bad', 'firing'],
    [' GOOD ', 'resolved'],
    ['seen', 'acknowledged'],
    ['try', 'test'],
    [undefined, 'firing'],
  ])('the state %j is %s', (state, status) => {
    expect(alertOf({ title: 'name', status: words }, { name: 'T', state })).toMatchObject({ status });
  });

  test('what it ignores is no alert, and no error', () => {
    expect(custom({ title: 'name', status: words }, { name: 'T', state: 'flapping' })).toMatchObject({
      nothing: { code: 'ignored' },
    });
    expect(custom({ title: 'name', ignoreWithout: 'monitor' }, { name: 'T' })).toMatchObject({
      nothing: { code: 'ignored' },
    });
  });

  test.each([
    ['that no list has', words, 'sideways'],
    ['that never begins anything, where nobody lists what does', { path: 'state', resolved: 'good' }, 'Flapping start'],
    ['of the end, where nobody lists what begins', { path: 'state', resolved: 'good' }, 'recovered'],
  ])('a word %s is refused by its name', (_, status, state) => {
    expect(custom({ title: 'name', status }, { name: 'T', state })).toMatchObject({
      code: 'invalid_payload',
      issues: [{ path: ['state'], code: 'unknown_word', message: expect.stringContaining(`"${state}"`) }],
    });
  });

  test('no state at all means what the mapping says', () => {
    expect(alertOf({ title: 'name', status: { ...words, none: 'resolved' } }, { name: 'T' }).status).toBe('resolved');
  });

  test('the first source that is there counts, and a text may hold several', () => {
    const mapping = {
      title: ['{{host}} is {{state}}', 'name'],
      fingerprint: ['id', '{{host}}/{{check}}'],
      links: { check: ['missing', 'url'] },
      labels: { team: 'team', zones: 'zones' },
      externalId: 'ticket',
      startsAt: 'since',
      message: 'missing',
    };
    const body = {
      host: 'db1',
      check: 'disk',
      url: 'https://x.example.com/',
      zones: ['a', 'b'],
      ticket: 7,
      since: 1804507200,
    };
    expect(alertOf(mapping, body)).toMatchObject({
      title: 'db1 is',
      fingerprint: 'v1:custom:db1/disk',
      externalId: '7',
      links: { check: 'https://x.example.com/' },
      labels: { zones: 'a, b' },
      startsAt: '2027-03-08T12:00:00.000Z',
    });
    expect(alertOf(mapping, { name: 'T', id: 5 })).toMatchObject({ title: 'T', fingerprint: 'v1:custom:5' });
  });

  test('without a key the start tells one alert from the next', () => {
    const body = { name: 'T', since: '2027-03-01 12:00' };
    expect(alertOf({ title: 'name', startsAt: 'since' }, body)).toMatchObject({
      startsApart: true,
      metadata: { intake: { assumedUtc: 'since' } },
    });
  });

  test('a preset, and what stands beside it takes the place of its own', () => {
    const body = { name: 'nightly', status: 'down', code: 'c', host: 'db1' };
    expect(alertOf({ preset: 'healthchecks', service: 'host' }, body)).toMatchObject({
      title: 'nightly is down',
      service: 'db1',
      fingerprint: 'v1:healthchecks:c',
    });
  });

  test('a JSON list is an alert for each of its objects', () => {
    expect(
      custom({ title: 'name', fingerprint: 'id' }, [
        { name: 'A', id: 1 },
        { name: 'B', id: 2 },
      ]),
    ).toMatchObject({
      occurrences: [{ title: 'A' }, { title: 'B' }],
    });
    expect(custom({ title: 'name' }, [{ name: 'A' }, {}])).toMatchObject({ issues: [{ path: [1, 'name'] }] });
  });

  test.each([
    ['no title and no preset', { message: 'a' }],
    ['a text that does not close', { title: 'a {{b' }],
    ['a text with an empty path', { title: '{{}}' }],
    ['a state without words', { title: 'a', status: { path: 'b' } }],
    ['an unknown preset', { preset: 'nobody' }],
    ['eleven sources', { title: Array.from({ length: 11 }, () => 'a') }],
  ])('%s is refused', (_, value) => expect(mappingSchema.safeParse(value).success).toBe(false));
});
