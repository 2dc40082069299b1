import * as z from 'zod';
import { match, type Route, segmentsOf } from '../../functions/api/manage/route.ts';
import { errorBodySchema } from '../../functions/contract/api.ts';

/** The schema that an answer of the management API has to fit: that of its row, or that of every refusal. */
function answerSchema(routes: readonly Route[], method: string, path: string, status: number): z.ZodType {
  if (status >= 300) return errorBodySchema;
  const segments = segmentsOf(path) ?? [];
  const rows = routes
    .flatMap((route) => ({ route, parameters: match(route.path, segments)?.size }))
    .filter(({ route, parameters }) => parameters !== undefined && route.method === method)
    .sort((a, b) => Number(a.parameters) - Number(b.parameters));
  const row = rows[0]?.route;
  if (!row) throw new Error(`${method} ${path} was answered ${status}, and no row takes it`);
  return row.envelope === undefined ? row.answer : z.strictObject({ [row.envelope]: row.answer });
}

/** Throws, with the fields that do not fit, where an answer is not what its row promises. */
export function checkAnswer(
  routes: readonly Route[],
  asked: { method: string; path: string },
  answer: { status: number; body: string },
): void {
  const result = answerSchema(routes, asked.method, asked.path, answer.status).safeParse(JSON.parse(answer.body));
  if (result.success) return;
  throw new Error(`${asked.method} ${asked.path} breaks its schema:\n${z.prettifyError(result.error)}`);
}
