import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { occurrenceSchema, webhookProviders } from '../../../functions/contract/alert.ts';
import { readAlerts } from '../../../functions/domain/intake/formats.ts';
import { parseBody } from '../../../functions/domain/intake/json.ts';
import { Refusal } from '../../../functions/domain/intake/refusal.ts';
import { alertmanagerBody, alertmanagerEntry, bytesOf } from '../../support/fakes/intake.ts';

type Provider = (typeof webhookProviders)[number] | null;
const anyProvider = fc.constantFrom<Provider>(null, ...webhookProviders);

/** Whatever arrives: a refusal with a status, or alerts that are whole. Anything else fails the test. */
function check(body: Uint8Array, provider: Provider): Refusal | undefined {
  const parsed = parseBody(body, undefined);
  const reading = parsed instanceof Refusal ? parsed : readAlerts(parsed, provider);
  if (reading instanceof Refusal) {
    expect([400, 413]).toContain(reading.status);
    return reading;
  }
  expect(reading.occurrences.length).toBeGreaterThan(0);
  for (const occurrence of reading.occurrences) {
    expect(occurrenceSchema.safeParse(occurrence).error).toBeUndefined();
    expect(occurrence.title.trim()).not.toBe('');
    expect(JSON.parse(JSON.stringify(occurrence))).toEqual(occurrence);
  }
  return undefined;
}

const generic = {
  title: 'Disk full',
  message: 'since 09:00',
  severity: 'high',
  timestamp: '2027-03-01T12:00:00Z',
  dedup_key: 'disk',
  status: 'firing',
  links: { runbook: 'https://runbooks.example.com' },
  labels: { host: 'db-1' },
  metadata: { free: 0 },
};

const nasty = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, '', ' ', '\ud800', '\uffff', '\0', 1e308, -0, '__proto__', 'constructor', [], {}, [[]]),
  fc.constantFrom('9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00Z', '2027-02-30T00:00:00Z', '2027-03-01T12:00Z'),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'toString', 'a', ''), fc.jsonValue()),
);

/** The body with one value, at any depth, replaced. */
function mutated(body: unknown, steps: number[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof body !== 'object' || body === null) return value;
  const entries = Object.entries(body);
  const chosen = entries[step % Math.max(entries.length, 1)]?.[0];
  const changed = entries.map(([key, member]): [string, unknown] => [
    key,
    key === chosen ? mutated(member, rest, value) : member,
  ]);
  return Array.isArray(body) ? changed.map(([, member]) => member) : Object.fromEntries(changed);
}
const steps = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 });

describe('whatever a sender posts', () => {
  test.each([
    ['Alertmanager', alertmanagerBody([alertmanagerEntry(), alertmanagerEntry({ status: 'resolved' })])],
    ['generic', generic],
  ])('mutated %s bodies are refused or become whole alerts', (_, body) => {
    let taken = 0;
    fc.assert(
      fc.property(steps, nasty, anyProvider, (path, value, provider) => {
        if (!check(bytesOf(mutated(body, path, value)), provider)) taken++;
      }),
      { numRuns: 500 },
    );
    // Otherwise the property would hold of a reader that refuses everything.
    expect(taken).toBeGreaterThan(10);
  });

  test('any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 40 }), anyProvider, (json, provider) => void check(bytesOf(json), provider)),
    );
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), anyProvider, (bytes, provider) => {
        expect(check(bytes, provider)).toMatchObject({ status: 400 });
      }),
    );
  });

  test('bodies cut off anywhere are refused', () => {
    const whole = JSON.stringify(alertmanagerBody());
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        expect(check(bytesOf(whole.slice(0, length)), null)).toMatchObject({ code: 'invalid_json' });
      }),
    );
  });

  const fiveMegabytes = 'x'.repeat(5 * 1024 * 1024);
  const manyLabels = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`label${index}`, 'value']));
  test.each([
    ['a label of 5 MB', alertmanagerBody([alertmanagerEntry({ labels: { a: fiveMegabytes } })])],
    ['a name of 5 MB', alertmanagerBody([alertmanagerEntry({ labels: { [fiveMegabytes]: 'a' } })])],
    ['a fingerprint of 5 MB', alertmanagerBody([alertmanagerEntry({ fingerprint: fiveMegabytes })])],
    ['a message of 5 MB', { ...generic, message: fiveMegabytes }],
    ['a key of 5 MB', { ...generic, dedup_key: fiveMegabytes }],
    ['an unknown field of 5 MB', { ...generic, unknown: fiveMegabytes }],
    ['10,000 labels', { ...generic, labels: manyLabels }],
    ['10,000 labels of an alert', alertmanagerBody([alertmanagerEntry({ labels: manyLabels })])],
    ['10,000 links', { ...generic, links: manyLabels }],
  ])('%s is taken, cut to what an alert may hold', (_, body) => {
    const parsed = parseBody(bytesOf(body), undefined);
    const reading = parsed instanceof Refusal ? parsed : readAlerts(parsed, null);
    expect(reading).toMatchObject({ occurrences: [{ status: 'firing' }] });
    expect(Buffer.byteLength(JSON.stringify(reading))).toBeLessThan(100_000);
  });
});
