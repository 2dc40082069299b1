import type { z } from 'zod';
import { AwsError } from './error.ts';

/** Throws ValidationException, naming the fields. */
export function parseRequest<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  throw new AwsError('ValidationException', problems.join('; '));
}
