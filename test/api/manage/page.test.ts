import { describe, expect, test } from 'vitest';
import { pageQuery, takePage } from '../../../functions/api/manage/page.ts';
import { told } from './told.ts';

const row = (index: number) => ({
  id: `alr_${index}`,
  relayId: index % 2 === 0 ? 'rly_even' : 'rly_odd',
  createdAt: `2027-03-01T12:00:${String(59 - index).padStart(2, '0')}.000Z`,
});

const positionOf = (index: number) => {
  const { id, createdAt } = row(index);
  return { id, createdAt };
};

async function* rows(count: number) {
  for (let index = 0; index < count; index++) yield row(index);
}

describe('a page', () => {
  const cases: [rows: number, limit: number, taken: number, more: boolean][] = [
    [0, 10, 0, false],
    [9, 10, 9, false],
    [10, 10, 10, false],
    [11, 10, 10, true],
    [2, 1, 1, true],
  ];
  test.each(cases)('of %i rows, %i at most, has %i', async (count, limit, taken, more) => {
    const { views, nextCursor } = await takePage(rows(count), { limit, relayId: null }, ({ id }) => id);
    expect(views).toEqual(Array.from({ length: taken }, (_, index) => `alr_${index}`));
    expect(nextCursor !== null).toBe(more);
    if (nextCursor !== null) {
      expect(pageQuery.parse({ cursor: nextCursor })).toEqual({ limit: 1_000, cursor: positionOf(taken - 1) });
    }
  });

  test('ends before it is too large for an answer, quotation marks counted twice', async () => {
    const text = '"'.repeat(300_000);
    const { views, nextCursor } = await takePage(rows(50), { limit: 50, relayId: null }, ({ id }) => ({ id, text }));
    // 300,000 marks are 600,000 bytes as JSON and 1,200,000 as JSON in JSON.
    expect(views).toHaveLength(4);
    expect(nextCursor).not.toBeNull();
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(views)))).toBeLessThan(6 * 1024 * 1024);
  });

  test('has one row at least, whatever its size', async () => {
    const { views } = await takePage(rows(2), { limit: 2, relayId: null }, ({ id }) => ({
      id,
      text: 'x'.repeat(6_000_000),
    }));
    expect(views).toHaveLength(1);
  });
});

describe('the query', () => {
  test('takes a limit and a cursor, and needs neither', () => {
    expect(pageQuery.parse({})).toEqual({ limit: 1_000 });
    expect(pageQuery.parse({ limit: '7' })).toEqual({ limit: 7 });
    expect(pageQuery.parse({ limit: '1000' })).toEqual({ limit: 1_000 });
  });

  test.each(['0', '1001', '-1', '1.5', '1e2', ' 5', '', '10000'])('refuses the limit %j', (limit) => {
    expect(told(pageQuery, { limit })).toEqual(['limit: must be a whole number from 1 to 1000.']);
  });

  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  test.each([
    '',
    'alr_1',
    encoded('alr_1'),
    encoded('2027-03-01T12:00:00.000Z#'),
    encoded('2027-03-01#alr_1'),
    encoded(`2027-03-01T12:00:00.000Z#${'a'.repeat(65)}`),
    encoded('2027-03-01T12:00:00.000Z#alr_1#ALERTS'),
  ])('refuses the cursor %j', (cursor) => {
    expect(told(pageQuery, { cursor })).toEqual(['cursor: must be the `nextCursor` of an answer.']);
  });
});

describe('a page of one relay', () => {
  test('passes over the rows of others', async () => {
    const query = { limit: 3, relayId: 'rly_odd' };
    const { views, nextCursor } = await takePage(rows(20), query, ({ id }) => id);
    expect(views).toEqual(['alr_1', 'alr_3', 'alr_5']);
    expect(nextCursor).not.toBeNull();
    expect((await takePage(rows(6), query, ({ id }) => id)).nextCursor).toBeNull();
  });

  test('reads only so far, and the next page goes on there', async () => {
    const query = { limit: 3, relayId: 'rly_none' };
    const { views, nextCursor } = await takePage(rows(5_000), query, ({ id }) => id);
    expect(views).toEqual([]);
    expect(Buffer.from(nextCursor ?? '', 'base64url').toString()).toContain('#alr_2000');
  });
});
