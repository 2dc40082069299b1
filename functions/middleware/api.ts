import middy from '@middy/core';
import * as z from 'zod';
import { type ApiAnswer, type ApiErrorCode, type ApiRequest, errorBody } from '../contract/api.ts';
import type { TokenHolder } from '../contract/api-tokens.ts';
import { limits } from '../contract/limits.ts';
import type { RequestRefusal } from '../contract/metrics.ts';
import type { ApiTokens, FrontDoor, RateLimit } from '../ports.ts';
import { type ChangeLedger, withAudit } from './audit.ts';
import { describe } from './errors.ts';
import { invocationLog, logger } from './log.ts';
import { addCount, countFailedOpen } from './metrics.ts';

/** The part in use of API Gateway's payload format 2.0. */
const eventSchema = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string().optional()).default({}),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ requestId: z.string(), http: z.object({ method: z.string() }) }),
});
type HttpEvent = z.output<typeof eventSchema>;

interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

interface Api {
  tokens: ApiTokens;
  /** Absent: no limit. */
  limit?: RateLimit | undefined;
  /** Absent: a request may come straight to the API. */
  front?: FrontDoor | undefined;
  /** Absent: changes stand in the log alone. */
  ledger?: ChangeLedger | undefined;
  run(request: ApiRequest): Promise<ApiAnswer>;
}

/** Stands in the log for a request that was refused before it came to a route. */
const NO_ROUTE = '-';

const AROUND = 'Requests come through what stands before this API: use its address.';

/** The one thing that is answered without a token: what the API is. It holds nothing of the deployment. */
const DOCUMENT_PATH = '/v0/openapi.json';
/** Stands for the caller of all requests without a token, which are counted together. No token has such a name. */
const ANYONE: TokenHolder = { name: '-', role: 'read', relayId: null };

/** The middy chain of the management API: request id everywhere, token, body; what fails says nothing outside. */
export const api = ({ tokens, limit, front, ledger, run }: Api) =>
  middy<unknown, HttpAnswer>()
    .use(invocationLog)
    .before(({ event }) => {
      logger.appendKeys({ requestId: requestIdOf(event) });
    })
    .onError((request) => {
      logger.error('Request failed', { error: describe(request.error) });
      const answer = refusal(500, 'internal', 'The relay itself failed. Look for the request id in its log.');
      request.response = respond(answer, requestIdOf(request.event));
    })
    .handler(async (input: unknown) => {
      const event = eventSchema.parse(input);
      const { method } = event.requestContext.http;
      const { requestId } = event.requestContext;
      if (front && !(await front.admits(event.headers))) {
        logger.warn('Request refused at the front door');
        return respond(refused(403, 'forbidden', AROUND), requestId);
      }
      const caller = await callerOf(event, tokens);
      const answer = caller === undefined ? unauthorized() : await admitted(event, caller, { limit, ledger, run });
      logger.info('Request answered', {
        method,
        route: answer.route,
        status: answer.status,
        ...(caller && { caller: caller.name }),
      });
      return respond(answer, requestId);
    });

/** Who has the bearer token. Several Authorization headers arrive as one, joined, and fit none. */
async function callerOf(event: HttpEvent, tokens: ApiTokens): Promise<TokenHolder | undefined> {
  const { headers, rawPath, requestContext } = event;
  if (rawPath === DOCUMENT_PATH && requestContext.http.method === 'GET') return ANYONE;
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1];
  return token === undefined ? undefined : tokens.holderOf(token);
}

async function admitted(
  event: HttpEvent,
  caller: TokenHolder,
  { limit, ledger, run }: Omit<Api, 'tokens'>,
): Promise<ApiAnswer> {
  const seconds = await secondsToWait(caller.name, limit);
  if (seconds !== undefined) return tooMany(caller, seconds);
  const { requestId } = event.requestContext;
  return withAudit({ who: caller.name, requestId }, () => handle(event, caller, run), ledger);
}

/** A counter that cannot be written lets everybody in: it protects the API and must not be what stops it. */
async function secondsToWait(caller: string, limit: RateLimit | undefined): Promise<number | undefined> {
  try {
    return await limit?.take(caller);
  } catch (error) {
    logger.warn('Request not counted', { error: describe(error) });
    countFailedOpen('token_rate');
    return undefined;
  }
}

async function handle(event: HttpEvent, { name: caller, ...access }: TokenHolder, run: Api['run']): Promise<ApiAnswer> {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > limits.apiBodyBytes) {
    return refusal(413, 'body_too_large', `The body must have at most ${limits.apiBodyBytes} bytes.`);
  }
  const body = decode(bytes);
  if (body === undefined) return refusal(400, 'invalid_request', 'The body is not UTF-8.');
  const { method } = event.requestContext.http;
  return run({ method, path: event.rawPath, query: event.rawQueryString, body, caller, access });
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const unauthorized = (): ApiAnswer => ({
  ...refused(401, 'unauthorized', 'Send a token of this API as "Authorization: Bearer <token>".'),
  headers: { 'www-authenticate': 'Bearer' },
});

const tooMany = (caller: TokenHolder, seconds: number): ApiAnswer => ({
  ...refused(
    429,
    'too_many_requests',
    `${caller === ANYONE ? 'The document was asked for' : 'This token has asked'} too often. Wait ${seconds} s.`,
  ),
  headers: { 'retry-after': String(seconds) },
});

/** What tells of somebody at the door, counted by its code. */
function refused(status: number, code: RequestRefusal, message: string): ApiAnswer {
  addCount({ code }, 'RequestsRefused', 1);
  return refusal(status, code, message);
}

const refusal = (status: number, code: ApiErrorCode, message: string): ApiAnswer => ({
  status,
  body: errorBody(code, message),
  route: NO_ROUTE,
});

const respond = ({ status, headers, body }: ApiAnswer, requestId: string): HttpAnswer => ({
  statusCode: status,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
    ...headers,
  },
  body,
});

const requestIdOf = (event: unknown): string => {
  const parsed = eventSchema.pick({ requestContext: true }).safeParse(event);
  return parsed.success ? parsed.data.requestContext.requestId : 'unknown';
};
