import { z } from 'zod';
import { type ReasonCounts, reasonCodes } from '../../functions/contract/reason-codes.ts';

/** Counts by reason code, as the API answers them. */
export const countsSchema = z.partialRecord(z.enum(reasonCodes), z.int());

const WIDTH = Math.max(...reasonCodes.map(({ length }) => length)) + 2;
const DIGITS = 7;

export const countRow = (name: string, count: number): string =>
  `  ${name.padEnd(WIDTH)}${String(count).padStart(DIGITS)}`;

/** A line for each reason, in the order of the codes. */
export const countsText = (counts: ReasonCounts): string[] =>
  reasonCodes.flatMap((reason) => (counts[reason] === undefined ? [] : countRow(reason, counts[reason])));
