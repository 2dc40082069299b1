import { describe, expect, test } from 'vitest';
import { fingerprintOfFacts, fingerprintOfKey } from '../../../functions/domain/alert/fingerprint.ts';

describe('fingerprint of a key', () => {
  test.each([
    ['a plain key stays readable', 'b1946ac92492d234', 'v1:alertmanager:b1946ac92492d234'],
    ['128 characters are plain', 'k'.repeat(128), `v1:alertmanager:${'k'.repeat(128)}`],
  ])('%s', (_, key, fingerprint) => expect(fingerprintOfKey('alertmanager', key)).toBe(fingerprint));

  test.each([
    ['longer', 'k'.repeat(129)],
    ['of several lines', 'a\nb'],
    ['not ASCII', 'prüfung'],
  ])('a key that is %s is passed on as a digest', (_, key) => {
    const fingerprint = fingerprintOfKey('generic', key);
    expect(fingerprint).toMatch(/^v1:generic\.sha256:[0-9a-f]{32}$/);
    expect(fingerprintOfKey('generic', `${key}x`)).not.toBe(fingerprint);
  });

  test('no key can pretend to be the digest of another', () => {
    const digest = fingerprintOfKey('generic', 'prüfung');
    expect(fingerprintOfKey('generic', digest.slice('v1:generic.sha256:'.length))).not.toBe(digest);
  });
});

describe('fingerprint of facts', () => {
  const facts = { title: 'Disk full', source: 'cron', service: undefined };
  const fingerprint = fingerprintOfFacts('generic', facts);

  test('does not depend on the order of the facts or on absent ones', () => {
    expect(fingerprint).toMatch(/^v1:generic\.facts:[0-9a-f]{32}$/);
    expect(fingerprintOfFacts('generic', { source: 'cron', title: 'Disk full' })).toBe(fingerprint);
  });

  test.each([
    ['another value', { ...facts, title: 'Disk fuller' }],
    ['one more fact', { ...facts, service: 'backup' }],
    ['values changed about', { title: 'cron', source: 'Disk full' }],
  ])('%s is another incident', (_, other) => expect(fingerprintOfFacts('generic', other)).not.toBe(fingerprint));
});
