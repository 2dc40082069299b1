import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseTolerantly } from '../../functions/contract/tolerant.ts';

const schema = z.strictObject({
  id: z.string(),
  limit: z.int().default(3),
  items: z.array(z.strictObject({ name: z.string() })).default([]),
});

test('what fits is as it was', () => {
  expect(parseTolerantly(schema, { id: 'a' })).toEqual({
    success: true,
    data: { id: 'a', limit: 3, items: [] },
    unknown: [],
  });
});

test('fields that nobody knows are left out at any depth, and named', () => {
  const payload = { id: 'a', later: 1, items: [{ name: 'x' }, { name: 'y', colour: 'red' }] };
  expect(parseTolerantly(schema, payload)).toEqual({
    success: true,
    data: { id: 'a', limit: 3, items: [{ name: 'x' }, { name: 'y' }] },
    unknown: expect.arrayContaining(['later', 'items.1.colour']),
  });
  expect(payload.later).toBe(1);
});

test.each<[what: string, payload: unknown]>([
  ['a field that is missing', { later: 1 }],
  ['a field of another type', { id: 1, later: 1 }],
  ['no object', 'text'],
  ['nothing', undefined],
])('%s is refused', (_, payload) => {
  expect(parseTolerantly(schema, payload).success).toBe(false);
});
