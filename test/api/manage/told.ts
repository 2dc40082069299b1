import { issuesOf } from '../../../functions/api/manage/issues.ts';

/** Issues as `path: message (suggestion)`. */
export function told(schema: Parameters<typeof issuesOf>[1], input: unknown): string[] {
  const result = schema.safeParse(input);
  if (result.success) return [];
  return issuesOf(result.error, schema, input).map(
    ({ path, message, suggestion }) => `${path.join('.')}: ${message}${suggestion ? ` (${suggestion})` : ''}`,
  );
}
