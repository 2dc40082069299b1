import fc from 'fast-check';
import { anyCharacter } from './any-character.ts';

/** Values that parsers stumble over. */
export const nasty = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, '', ' ', '\ud800', '\uffff', '\0', 1e308, -0, '__proto__', 'constructor', [], {}, [[]]),
  fc.constantFrom('9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00Z', '2027-02-30T00:00:00Z', '2027-03-01T12:00Z'),
  fc.string({ unit: anyCharacter, maxLength: 300 }),
  fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'toString', 'a', ''), fc.jsonValue()),
);

/** The body with one value, at any depth, replaced. */
export function mutated(body: unknown, steps: number[], value: unknown): unknown {
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
/** Where in a body: at each depth, one of the members. */
export const steps = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 });
