import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { noAnswer, withFaults } from '../faults/endpoint-faults.ts';
import type { FaultInjector } from '../faults/injector.ts';
import type { Gatekeeper } from '../iam/gatekeeper.ts';
import { isLocalHost } from '../local-host.ts';
import { reasonOf } from '../surroundings.ts';
import type { Buckets } from './buckets.ts';
import { isDiskFull } from './disk.ts';
import { answerForm } from './endpoint/form.ts';
import { answerLambda, type FunctionDirectory, isLambda } from './endpoint/functions.ts';
import { answerJson, type JsonServices, jsonError } from './endpoint/json.ts';
import { listen } from './endpoint/listen.ts';
import { readRequest } from './endpoint/read-request.ts';
import { notServed, serviceOf } from './endpoint/rest.ts';
import { AwsError } from './error.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import type { AwsService } from './service.ts';
import type { Stacks } from './stacks.ts';
import type { Topics } from './topics.ts';
import { xmlDocument } from './xml.ts';

interface AwsEndpointOptions {
  /** 0 is any free port. */
  port: number;
  services: {
    dynamodb: AwsService;
    states: AwsService;
    secrets: AwsService;
    sqs: AwsService;
    events: AwsService;
    buckets: Buckets;
    topics?: Topics;
    stacks?: Stacks;
    logs?: AwsService;
    functions?: FunctionDirectory;
  };
  /** Absent: everybody may do everything. */
  gatekeeper?: Gatekeeper;
  /** Trouble that requests meet; absent: none. */
  faults?: FaultInjector;
  /** What GetCallerIdentity answers. */
  account?: string;
  /** How long a taken port is tried, in milliseconds. */
  patienceMs?: number;
}

export interface AwsEndpoint {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  /** Cuts off requests under way. */
  close(): Promise<void>;
}

/** Above every limit of the services behind it, apart from S3's. */
const MOST_BODY_BYTES = 64 * 1024 * 1024;
/** Longer than clients keep a connection, so that none finds it closed when it sends. */
const KEEP_ALIVE_MS = 65_000;
const PATIENCE_MS = 3_000;

/**
 * All AWS services at one address on loopback, for the SDK and the `aws` CLI. No signature is checked: whoever reaches
 * loopback is the user, unless the credentials name a role of the template, which is held to its policies. Web pages
 * are kept out by the Host header (a foreign name that resolves to loopback) and by CORS, which is not granted.
 */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const { port, services, gatekeeper, account = '000000000000', patienceMs = PATIENCE_MS } = options;
  const jsonServices: JsonServices = {
    DynamoDB_20120810: services.dynamodb,
    AWSStepFunctions: services.states,
    secretsmanager: services.secrets,
    AmazonSQS: services.sqs,
    AWSEvents: services.events,
    ...(services.logs && { Logs_20140328: services.logs }),
  };
  const answer = async (request: HttpRequest): Promise<HttpAnswer> => {
    if (!isLocalHost(request.headers.host)) return { status: 403, headers: {}, body: '' };
    if (request.headers['x-amz-target'] !== undefined) return answerJson(jsonServices, request, gatekeeper);
    if (isForm(request)) return answerForm(request, { account, gatekeeper, ...services });
    return answerRest(services, request, gatekeeper);
  };
  const { faults } = options;
  const troubled = faults ? (request: HttpRequest) => withFaults(faults, request, answer) : answer;
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing, troubled));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const url = `http://127.0.0.1:${await listen(server, port, patienceMs)}`;

  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** By the service that the request was signed for; without a signature by its path. */
async function answerRest(
  { functions, buckets }: AwsEndpointOptions['services'],
  request: HttpRequest,
  gatekeeper: Gatekeeper | undefined,
): Promise<HttpAnswer> {
  const service = serviceOf(request) ?? (functions && isLambda(request) ? 'lambda' : 's3');
  if (service === 'lambda' && functions) return answerLambda(functions, request, gatekeeper);
  return service === 's3' ? buckets.handle(request, gatekeeper) : notServed(service, request);
}

const isForm = ({ method, headers }: HttpRequest): boolean =>
  method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: HttpRequest) => Promise<HttpAnswer | typeof noAnswer>,
): Promise<void> {
  const send = ({ status, headers, body }: HttpAnswer) => outgoing.writeHead(status, headers).end(body);
  let request: HttpRequest | undefined;
  try {
    request = await readRequest(incoming, MOST_BODY_BYTES);
  } catch {
    // The client is gone in the middle of its request.
    outgoing.destroy();
    return;
  }
  // The rest of the body is not read, so the connection cannot be used again.
  if (!request) return void send({ status: 413, headers: { connection: 'close' }, body: '' });
  try {
    const answered = await answer(request);
    if (answered === noAnswer) outgoing.destroy();
    else send(answered);
  } catch (error) {
    console.error(`The AWS endpoint failed in ${request.headers['x-amz-target'] ?? request.method}:`, reasonOf(error));
    send(failure(request, error));
  }
}

/** In the format that the client expects, so that it sees a failure of the service and tries again. */
function failure(request: HttpRequest, cause: unknown): HttpAnswer {
  const error = isDiskFull(cause)
    ? new AwsError('ServiceUnavailable', 'The disk of the local stack is full', 503)
    : new AwsError('InternalFailure', 'The local stack failed; its output says why', 500);
  if (request.headers['x-amz-target'] !== undefined) return jsonError(request, error);
  const body = xmlDocument('Error', { Code: error.type, Message: error.message });
  return { status: error.status, headers: { 'content-type': 'application/xml' }, body };
}
