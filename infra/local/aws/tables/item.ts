import { z } from 'zod';

/** An item, its key or the values of an expression, as DynamoDB writes them: `{ name: { S: 'text' } }`. */
export const itemSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
export type Item = z.infer<typeof itemSchema>;
