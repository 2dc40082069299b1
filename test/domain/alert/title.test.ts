import { describe, expect, test } from 'vitest';
import { normalisedTitle } from '../../../functions/domain/alert/title.ts';

describe('titles that are about the same thing', () => {
  test.each([
    ['Checkout error rate above 5 %', 'checkout  error rate above 7%'],
    ['p99 latency 512ms on api', 'p99 latency 1.2 s on api'],
    ['Disk 91.5% full on host-12', 'Disk 92% full on host-12'],
    ['Queue has 10,412 messages', 'queue has 9 messages'],
    ['Failed at 2027-03-01T11:59:00Z', 'Failed at 2027-03-02 08:00'],
    ['Trace 4bf92f3577b34da6a3ce929d0e0e4736 failed', 'Trace 00f067aa0ba902b7 failed'],
    ['Job 3dbb5e18-54d1-4f3e-9c5d-8a1d2b3c4d5e died', 'Job 0f067aa0-54d1-4f3e-9c5d-8a1d2b3c4d5e died'],
    ['Ｃｈｅｃｋｏｕｔ down', 'checkout down'],
    ['Disk full\n', 'disk full'],
  ])('%s = %s', (one, other) => expect(normalisedTitle(one)).toBe(normalisedTitle(other)));
});

describe('titles that are not', () => {
  test.each([
    ['Disk full on host-12', 'Disk full on host-13'],
    ['API v2 is down', 'API v3 is down'],
    ['eu1 is down', 'eu2 is down'],
    ['node_7 is down', 'node_8 is down'],
    ['Latency on 10.0.0.7-db', 'Latency on 10.0.0.8-db'],
    ['Checkout is down', 'Search is down'],
    ['added facade', 'added effaced'],
  ])('%s ≠ %s', (one, other) => expect(normalisedTitle(one)).not.toBe(normalisedTitle(other)));
});

test('what is normalised stays as it is', () => {
  const once = normalisedTitle('Disk 91.5% full on host-12 at 2027-03-01T11:59:00Z');
  expect(once).toBe('disk # full on host-12 at #');
  expect(normalisedTitle(once)).toBe(once);
});
