import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeMessageVisibilityRequest, SendMessageRequest } from '@aws-sdk/client-sqs';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { Sha256 } from '@smithy/core/checksum';
import { ServiceException } from '@smithy/core/client';
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';
import { jsonOf } from '../../domain/text/json-of.ts';

interface Actions {
  SendMessage: SendMessageRequest & { QueueUrl: string };
  ChangeMessageVisibility: ChangeMessageVisibilityRequest & { QueueUrl: string };
}

/** Resolves once SQS has done it, and throws a `ServiceException` where it refuses. */
export type Sqs = <Action extends keyof Actions>(action: Action, input: Actions[Action]) => Promise<void>;

/** As often as the SDK's clients try, and about as far apart: at most so long before the second, and twice that. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;

/**
 * Calls SQS by the SDK's own signer, connections and table of errors, without its client: a delivery costs one call of
 * it and little else, and two thirds of the client's CPU time went into a chain of stages that choose here what is
 * known: endpoint, retry mode, serializer. The queue's own address says where it is.
 */
export function connectSqs(wait: (ms: number) => Promise<unknown> = sleep): Sqs {
  const handler = new NodeHttpHandler();
  const { AWS_REGION: region = '' } = process.env;
  const signer = new SignatureV4({ service: 'sqs', region, credentials: fromEnv(), sha256: Sha256 });

  async function attempt(request: HttpRequest): Promise<void> {
    const { response } = await handler.handle(HttpRequest.clone(await signer.sign(request)));
    const said = await text(response.body);
    if (response.statusCode !== 200) throw refusalOf(response, said);
  }

  return async (action, input) => {
    const request = requestOf(action, input);
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(request);
      } catch (error) {
        if (attempts === ATTEMPTS || !isPassing(error)) throw error;
        await wait(Math.random() * FIRST_WAIT_MS * 2 ** (attempts - 1));
      }
    }
  };
}

let sqs: Sqs | undefined;

/** The one of a container, so that all who call the service share its connections. */
export const sharedSqs: Sqs = (action, input) => {
  sqs ??= connectSqs();
  return sqs(action, input);
};

function requestOf(action: string, input: { QueueUrl: string }): HttpRequest {
  const { protocol, hostname, port, host } = new URL(input.QueueUrl);
  const body = Buffer.from(JSON.stringify(input));
  const { _X_AMZN_TRACE_ID: trace } = process.env;
  return new HttpRequest({
    method: 'POST',
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: '/',
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.byteLength),
      'x-amz-target': `AmazonSQS.${action}`,
      // By it Lambda finds functions that call themselves through a queue, and X-Ray what comes of an invocation.
      ...(trace !== undefined && { 'x-amzn-trace-id': trace }),
    },
    body,
  });
}

const refusalSchema = z.object({ __type: z.optional(z.string()), message: z.optional(z.string()) });

/** `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"…"}`, or whatever stands between here and SQS says. */
function refusalOf({ statusCode }: HttpResponse, said: string): ServiceException {
  const { __type = '', message = '' } = refusalSchema.safeParse(jsonOf(said)).data ?? {};
  return new ServiceException({
    name: __type.slice(__type.indexOf('#') + 1) || 'SqsError',
    message,
    $fault: statusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: statusCode },
  });
}

const isPassing = (error: unknown): boolean => isError(error) && (isThrottlingError(error) || isTransientError(error));

/** A cause that is no error has no code that could be passing. */
const isError = (error: unknown): error is Parameters<typeof isTransientError>[0] => error instanceof Error;
