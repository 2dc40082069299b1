import type * as z from 'zod';

/** A payload as it was read, and the fields in it that nobody here knows. */
type TolerantResult<Output> =
  | { success: true; data: Output; unknown: string[] }
  | { success: false; error: z.ZodError };

/**
 * Parses what another release may have written: a closed schema, which finds our own mistakes, must not end an
 * execution or lose a message because of a field that came in later or went away. Such fields are left out, and named.
 * Anything else that does not fit is refused.
 */
export function parseTolerantly<Schema extends z.ZodType>(
  schema: Schema,
  payload: unknown,
): TolerantResult<z.infer<Schema>> {
  const first = schema.safeParse(payload);
  if (first.success) return { success: true, data: first.data, unknown: [] };
  const unknown = first.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  if (unknown.length === 0) return { success: false, error: first.error };
  const rest = structuredClone(payload);
  for (const path of unknown) leaveOut(rest, path);
  const second = schema.safeParse(rest);
  return second.success
    ? { success: true, data: second.data, unknown: unknown.map((path) => path.join('.')) }
    : { success: false, error: second.error };
}

function leaveOut(payload: unknown, [key, ...rest]: PropertyKey[]): void {
  if (typeof payload !== 'object' || payload === null || key === undefined) return;
  if (rest.length > 0) leaveOut(Reflect.get(payload, key), rest);
  else Reflect.deleteProperty(payload, key);
}
