import { describe, expect, test } from 'vitest';
import { firstOf } from './reading.ts';

/**
 * A field of the alert, and the sender's fields that it is read from: dot-paths in the body, the first that says
 * something counts.
 */
type ReadRow = [field: string, ...from: string[]];

/**
 * Each row, tried with every one of its fields: those before it are there and say nothing, those behind it say
 * something else. A format gets a table of its fields in its own file; a new field is a new row.
 */
export function describeReads(what: string, body: object, rows: ReadRow[]): void {
  const tries = rows.flatMap(([field, ...from]) => from.map((path, index) => ({ field, path, from, index })));
  describe(`${what}: where a field is read from`, () => {
    test.each(tries)('$field from $path', ({ field, from, index }) => {
      const given = valuesFor(field);
      const reversed = [...from.entries()].reverse();
      const filled = reversed.reduce((filling, [at, path]) => put(filling, path, at < index ? '' : given[at]), body);
      expect(valueAt(firstOf(filled), field)).toBe(given[index]);
    });
  });
}

/** The body with another value at a dot-path. */
function put(body: object, path: string, value: unknown): object {
  const [name = '', ...rest] = path.split('.');
  const inner: unknown = rest.length === 0 ? value : put(objectAt(body, name), rest.join('.'), value);
  return Array.isArray(body)
    ? body.map((item, index) => (String(index) === name ? inner : item))
    : { ...body, [name]: inner };
}

function objectAt(body: object, name: string): object {
  const member: unknown = Reflect.get(body, name);
  return typeof member === 'object' && member !== null ? member : {};
}

const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((at, name) => (typeof at === 'object' && at ? Reflect.get(at, name) : undefined), value);

/** As many values as a row may have fields, each of which the normal form keeps as it is. */
function valuesFor(field: string): string[] {
  if (field.startsWith('links.')) return ['https://example.com/1', 'https://example.com/2', 'https://example.com/3'];
  if (field === 'severity') return ['low', 'critical', 'info'];
  if (field === 'startsAt' || field === 'occurredAt') {
    return ['2027-04-01T00:00:00.000Z', '2027-04-02T00:00:00.000Z', '2027-04-03T00:00:00.000Z'];
  }
  return ['text 1', 'text 2', 'text 3', 'text 4', 'text 5'];
}
