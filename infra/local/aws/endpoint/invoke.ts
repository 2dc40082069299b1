import { randomUUID } from 'node:crypto';
import type { Gatekeeper } from '../../iam/gatekeeper.ts';
import { type Callee, tooManyCalls } from '../../lambda/invocation.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { restRefusal } from './rest.ts';

const invocationPath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export const isInvocation = ({ method, path }: HttpRequest): boolean => method === 'POST' && invocationPath.test(path);

/** Lambda's Invoke, for a caller that waits. A function that fails is a 200 with a header that says so, as on AWS. */
export async function answerInvocation(
  functions: { find(id: string): Pick<Callee, 'invoke'> | undefined },
  request: HttpRequest,
  gatekeeper?: Pick<Gatekeeper, 'checkInvocation'>,
): Promise<HttpAnswer> {
  const id = decodeURIComponent(invocationPath.exec(request.path)?.[1] ?? '');
  gatekeeper?.checkInvocation(request, id);
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') {
    return restRefusal(400, 'InvalidParameterValueException', `The invocation type ${type} does not run here`);
  }
  const fn = functions.find(id);
  if (!fn) return restRefusal(404, 'ResourceNotFoundException', `Function not found: ${id}`);
  const event = parse(request.body);
  if (!event) return restRefusal(400, 'InvalidRequestContentException', 'Could not parse request body into json');
  const invocation = await fn.invoke(event.value, { lane: 'nested' });
  if (!invocation.ok && invocation.error.errorType === tooManyCalls) {
    return restRefusal(429, tooManyCalls, invocation.error.errorMessage);
  }
  const headers = {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    'x-amz-executed-version': '$LATEST',
  };
  return invocation.ok
    ? { status: 200, headers, body: JSON.stringify(invocation.payload ?? null) }
    : {
        status: 200,
        headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
        body: JSON.stringify(invocation.error),
      };
}

/** An absent body is an empty event. */
function parse(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: body.length === 0 ? {} : JSON.parse(body.toString()) };
  } catch {
    return undefined;
  }
}
