import * as z from 'zod';

/** A whole number within a limit. */
export const within = (range: { min: number; max: number }) => z.int().min(range.min).max(range.max);

/** A number within a limit, as of US dollars. */
export const amount = (range: { min: number; max: number }) => z.number().min(range.min).max(range.max);
