import { randomUUID } from 'node:crypto';
import type { Route } from '../../functions/api/manage/route.ts';
import type { api } from '../../functions/middleware/api.ts';
import { checkAnswer } from './answer-check.ts';
import { lambdaContext } from './fakes/lambda-context.ts';

type Handler = ReturnType<typeof api>;

/** API Gateway's event, payload format 2.0, as far as the management API reads it. */
export function httpEvent(method: string, path: string, changes: Record<string, unknown> = {}) {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  return {
    version: '2.0',
    routeKey: 'ANY /v0/{proxy+}',
    rawPath,
    rawQueryString,
    headers: { authorization: 'Bearer admin-token', 'content-type': 'application/json' },
    requestContext: { requestId: 'api-request-1', http: { method, path: rawPath } },
    isBase64Encoded: false,
    ...changes,
  };
}

/**
 * A `fetch` for the SDK that ends in the handler instead of a network. Each answer is checked against the schema of its
 * row; one that does not fit fails the call.
 */
export const fetchFrom =
  (handler: Handler, routes: readonly Route[]): typeof fetch =>
  async (input, init = {}) => {
    const { pathname, search } = new URL(String(input));
    const method = init.method ?? 'GET';
    const body = typeof init.body === 'string' ? { body: init.body } : {};
    const event = httpEvent(method, `${pathname}${search}`, {
      headers: Object.fromEntries(new Headers(init.headers)),
      requestContext: { requestId: randomUUID(), http: { method } },
      ...body,
    });
    const answer = await handler(event, lambdaContext('manage'));
    checkAnswer(routes, { method, path: pathname }, { status: answer.statusCode, body: answer.body });
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers });
  };
