import { jsonError } from '../aws/endpoint/json.ts';
import { serviceOf } from '../aws/endpoint/rest.ts';
import { AwsError } from '../aws/error.ts';
import type { HttpAnswer, HttpRequest } from '../aws/http.ts';
import { xmlDocument } from '../aws/xml.ts';
import type { FaultableCall, FaultyService } from './fault.ts';
import type { FaultInjector, Refused } from './injector.ts';

const servicesByTarget: Record<string, FaultyService> = {
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
  secretsmanager: 'secretsmanager',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
};

/** No answer: the connection breaks. */
export const noAnswer = Symbol('no answer');

/** A request to the endpoint, with the trouble that it meets. Function calls meet theirs where they run. */
export async function withFaults(
  faults: FaultInjector,
  request: HttpRequest,
  answer: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpAnswer | typeof noAnswer> {
  const call = callOf(request);
  if (!call) return answer(request);
  return faults.around<HttpAnswer | typeof noAnswer>(
    call,
    () => answer(request),
    (kind) => refusal(call, request, kind),
  );
}

function callOf(request: HttpRequest): FaultableCall | undefined {
  const functionName = callerOf(request);
  const [target = '', operation = ''] = request.headers['x-amz-target']?.split('.') ?? [];
  const service = servicesByTarget[target];
  if (service) return { service, operation, functionName };
  if (serviceOf(request) !== 's3') return undefined;
  const operations: Record<string, string> = { PUT: 'PutObject', GET: 'GetObject', DELETE: 'DeleteObject' };
  return { service: 's3', operation: operations[request.method] ?? request.method, functionName };
}

/** A function signs by the name of its role (`environment.ts`), which holds its own. */
const callerOf = ({ headers }: HttpRequest): string | undefined =>
  /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];

/** As the service itself would refuse, so that the SDK does what it does on AWS. */
function refusal({ service }: FaultableCall, request: HttpRequest, kind: Refused): HttpAnswer | typeof noAnswer {
  if (kind !== 'throttling' && kind !== 'error') return noAnswer;
  const isThrottled = kind === 'throttling';
  const message = 'Injected by the local stack';
  if (service === 's3') {
    const body = xmlDocument('Error', { Code: isThrottled ? 'SlowDown' : 'InternalError', Message: message });
    return { status: isThrottled ? 503 : 500, headers: { 'content-type': 'application/xml' }, body };
  }
  const error = isThrottled
    ? new AwsError('ThrottlingException', message)
    : new AwsError('InternalServerError', message, 500);
  return jsonError(request, error);
}
