import * as z from 'zod';
import type { ListPosition } from '../../ports.ts';
import { toJson } from './json-text.ts';

/** Most rows of an answer, and what a caller gets who asks for no number: the SDK knows no pages. */
const MAX_ROWS = 1_000;
/**
 * Most bytes of the rows. A function may answer 6 MiB, and counts the body as a string in JSON: each quotation mark of
 * it takes two.
 */
const MAX_BYTES = 5_000_000;

const cursorPattern = /^(?<createdAt>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)#(?<id>\w{1,64})$/;

/** Query of a list that is answered in pages, newest first. */
export const pageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, `must be a whole number from 1 to ${MAX_ROWS}`)
    .transform(Number)
    .prefault(String(MAX_ROWS)),
  /** `nextCursor` of the page before. */
  cursor: z
    .string()
    .transform((cursor, context): ListPosition => {
      const { createdAt, id } = cursorPattern.exec(Buffer.from(cursor, 'base64url').toString())?.groups ?? {};
      if (createdAt !== undefined && id !== undefined) return { createdAt, id };
      context.addIssue({ code: 'custom', message: 'must be the `nextCursor` of an answer' });
      return z.NEVER;
    })
    .optional(),
});
type PageQuery = z.output<typeof pageQuery>;

/** A page of all relays' rows, or of one's alone. */
export type PageOf = PageQuery & { relayId: string | null };

/**
 * Rows of other relays that one page passes over: so many are read in some seconds. The next page goes on behind them.
 */
const MAX_PASSED_OVER = 2_000;

export interface Page<View> {
  views: View[];
  /** Null where nothing is older. */
  nextCursor: string | null;
}

/** Takes rows, newest first, until the page is full by their number or by their size. */
export async function takePage<Row extends ListPosition & { relayId: string }, View>(
  rows: AsyncIterable<Row>,
  { limit, relayId }: PageOf,
  view: (row: Row) => View,
): Promise<Page<View>> {
  const views: View[] = [];
  let bytes = 0;
  let passedOver = 0;
  let last: Row | undefined;
  for await (const row of rows) {
    if (relayId !== null && row.relayId !== relayId) {
      passedOver += 1;
      if (passedOver > MAX_PASSED_OVER) return { views, nextCursor: cursorOf(row) };
      continue;
    }
    const next = view(row);
    bytes += bytesInAnswer(next);
    if (last && (views.length === limit || bytes > MAX_BYTES)) return { views, nextCursor: cursorOf(last) };
    views.push(next);
    last = row;
  }
  return { views, nextCursor: null };
}

/** How many rows a page may read: one more than it has, to know whether there is an older one. */
export const expectedRows = ({ limit }: PageQuery): number => limit + 1;

const bytesInAnswer = (view: unknown): number => Buffer.byteLength(JSON.stringify(toJson(view)));

/** The cursor that goes on after a row. */
export const cursorOf = ({ createdAt, id }: ListPosition): string =>
  Buffer.from(`${createdAt}#${id}`).toString('base64url');

/** An answer of the rows under `name`, as the SDK reads it, and the cursor beside them. */
export const pageSchema = <Name extends string>(name: Name, row: z.ZodType) =>
  z.strictObject({ [name]: z.array(row), nextCursor: z.string().nullable() });
