import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitJson, fitText, jsonBytes } from '../../../functions/domain/text/fit-json.ts';

describe('a value that fits into the bytes', () => {
  test.each([[null], [12.5], [true], ['text'], [['a', { b: 1 }]], [{}]])('%j stays as it is', (value) => {
    expect(fitJson(value, jsonBytes(value))).toBe(value);
  });
});

test.each([
  [undefined, 0],
  ['ü', 4],
  ['💥', 6],
  [{ a: 'é' }, 10],
])('%j takes %i bytes', (value, bytes) => expect(jsonBytes(value)).toBe(bytes));

describe('a value that does not', () => {
  test('text ends early and says so, where there is room for it', () => {
    expect(fitJson('x'.repeat(1_000), 150)).toBe(`${'x'.repeat(100)} [… 900 characters left out]`);
    expect(fitJson('x'.repeat(1_000), 12)).toBe('xxxxxxxxxx');
  });

  test('text is measured as it is written, and no character is halved', () => {
    expect(fitText('"""""', 5)).toBe('""');
    expect(fitText('🚨🚨🚨', 9)).toBe('🚨🚨');
    expect(fitText('ää', 3)).toBe('ä');
  });

  test('lists and objects keep what comes first, the last of it cut where that says something', () => {
    expect(fitJson([1, 22, 333, 4_444], 14)).toEqual([1, 22]);
    const message = 'm'.repeat(500);
    expect(fitJson({ id: 'a', message, more: 1 }, 200)).toEqual({
      id: 'a',
      message: expect.stringMatching(/^m+ \[… \d+ characters left out\]$/),
      more: 1,
    });
    expect(fitJson({ id: 'a', message, more: 1 }, 40)).toEqual({ id: 'a' });
  });

  test('numbers, true, false and null are never cut', () => {
    expect([fitJson(1_234_567, 2), fitJson(null, 0), fitJson(true, 1)]).toEqual([1_234_567, null, true]);
  });
});

test('whatever it is, it keeps its type and fits', () => {
  const nested = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), fc.string());
  fc.assert(
    fc.property(nested, fc.integer({ min: 2, max: 400 }), (value, bytes) => {
      const fitted = fitJson(value, bytes);
      expect(jsonBytes(fitted)).toBeLessThanOrEqual(bytes);
      expect([typeof fitted, Array.isArray(fitted)]).toEqual([typeof value, Array.isArray(value)]);
    }),
  );
});
