import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import { authSchemes, type WebhookAuth } from '../../../functions/domain/signature/auth.ts';
import { verify } from '../../../functions/domain/signature/verify.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { runs } from '../../support/property-runs.ts';
import { BASE64_SECRET, bodies, headersOf, ID, SECRET, signatures, signedSchemes, TIME } from './vectors.ts';

const now = new Date(Number(TIME) * 1_000);
const RUNS = { numRuns: runs(4) };
const authOf = (scheme: WebhookAuth['scheme']): WebhookAuth => ({ scheme, versions: [{ id: 'v', secrets: 1 }] });
const check = (scheme: WebhookAuth['scheme'], headers: Record<string, string>, body: Uint8Array) => {
  const secret = scheme === 'standard_webhooks' ? BASE64_SECRET : SECRET;
  return verify(authOf(scheme), [{ secrets: [secret] }], { headers, body }, now);
};

/** The text with one bit of one of its characters flipped. */
function flipped(text: string, at: number, bit: number): string {
  const bytes = Buffer.from(text);
  const index = at % bytes.byteLength;
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  return bytes.toString('latin1');
}

const scheme = fc.constantFrom(...signedSchemes);
const position = fc.nat({ max: 10_000 });
const bit = fc.nat({ max: 7 });

test('any flipped bit of the body is refused', () => {
  fc.assert(
    fc.property(scheme, fc.constantFrom('plain', 'emoji', 'crlf'), position, bit, (name, bodyName, at, flip) => {
      const body = Buffer.from(bodies[bodyName]);
      const index = at % body.byteLength;
      body[index] = (body[index] ?? 0) ^ (1 << flip);
      expect(check(name, headersOf[name](signatures[bodyName]), body)).toBeInstanceOf(HookRefusal);
    }),
    RUNS,
  );
});

/**
 * What of the headers is signature, signed time or signed id; Sentry's time and every delivery id are outside of it.
 */
const signedTexts: [text: string, unsigned: readonly string[]][] = [
  ...Object.values(signatures.plain).map((text): [string, readonly string[]] => [text, []]),
  [TIME, ['sentry']],
  [ID, []],
];

test('any flipped bit of a signature, a signed time or a signed id is refused', () => {
  fc.assert(
    fc.property(scheme, fc.constantFrom(...signedTexts), position, bit, (name, [text, unsigned], at, flip) => {
      const headers = headersOf[name](signatures.plain);
      const changed = Object.fromEntries(
        Object.entries(headers).map(([header, value]) => [header, value.replace(text, () => flipped(text, at, flip))]),
      );
      fc.pre(!unsigned.includes(name) && JSON.stringify(changed) !== JSON.stringify(headers));
      expect(check(name, changed, Buffer.from(bodies.plain))).toBeInstanceOf(HookRefusal);
    }),
    RUNS,
  );
});

test('whatever a sender without the secret sends is refused with 401, and nothing is thrown', () => {
  const names = Object.keys(Object.assign({}, ...signedSchemes.map((each) => headersOf[each](signatures.plain))));
  const value = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.constantFrom('v1=', 'v1,', 't=,v1=', `t=${TIME},v1=`, 'sha256=', 'Basic Og==', 'Bearer x', '__proto__', TIME),
  );
  const headers = fc.dictionary(fc.oneof(fc.constantFrom('authorization', ...names), fc.string()), value);
  fc.assert(
    fc.property(fc.constantFrom(...authSchemes), headers, fc.uint8Array(), (name, given, body) => {
      const verdict = check(name, given, body);
      expect(verdict).toBeInstanceOf(HookRefusal);
      expect(verdict).toMatchObject({ status: 401 });
    }),
    RUNS,
  );
});

test('a refusal never holds a signature, the expected one above all', () => {
  for (const name of signedSchemes) {
    const forged = headersOf[name](signatures.crlf);
    const told = JSON.stringify(check(name, forged, Buffer.from(bodies.plain)));
    for (const text of [...Object.values(signatures.plain), ...Object.values(signatures.crlf), SECRET]) {
      expect(told).not.toContain(text);
    }
  }
});
