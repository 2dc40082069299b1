import { randomUUID } from 'node:crypto';
import type { Gatekeeper } from '../../iam/gatekeeper.ts';
import { AwsError } from '../error.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import type { AwsService } from '../service.ts';
import { queryErrorNames } from './query-error-names.ts';

/** Services that speak AWS JSON, by the first half of `x-amz-target`. */
export type JsonServices = Record<string, AwsService>;

/**
 * AWS JSON 1.0 and 1.1: the operation stands in `x-amz-target`, a refusal has its name in a header for the SDK and in
 * the body for the `aws` CLI. Errors other than AwsError are thrown.
 */
export async function answerJson(
  services: JsonServices,
  request: HttpRequest,
  gatekeeper?: Pick<Gatekeeper, 'checkJson'>,
): Promise<HttpAnswer> {
  const [service = '', operation = ''] = request.headers['x-amz-target']?.split('.') ?? [];
  try {
    const found = services[service];
    if (!found)
      throw new AwsError(
        'UnknownOperationException',
        `There is no service ${service} here, so no operation ${operation}`,
      );
    const input = parseBody(request.body);
    gatekeeper?.checkJson(request, service, operation, input);
    return answer(request, 200, (await found.call(operation, input)) ?? {});
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return jsonError(request, error);
  }
}

export function jsonError(request: HttpRequest, { type, message, status, details }: AwsError): HttpAnswer {
  const refusal = answer(request, status, { __type: type, message, ...details });
  refusal.headers['x-amzn-errortype'] = type;
  // SQS clients that grew up with its XML API look for the names of that time.
  if (request.headers['x-amzn-query-mode'] === 'true') {
    refusal.headers['x-amzn-query-error'] = `${queryErrorNames[type] ?? type};${status < 500 ? 'Sender' : 'Receiver'}`;
  }
  return refusal;
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The body is no JSON');
  }
}

function answer({ headers }: HttpRequest, status: number, value: unknown): HttpAnswer {
  const version = headers['content-type']?.startsWith('application/x-amz-json-1.1') ? '1.1' : '1.0';
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(value),
  };
}
