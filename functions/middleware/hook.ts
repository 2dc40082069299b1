import middy from '@middy/core';
import * as z from 'zod/mini';
import type { Delivery } from '../contract/delivery.ts';
import { isHeartbeat } from '../contract/heartbeat.ts';
import { traceparentName } from '../contract/traceparent.ts';
import type { HookRequest, Receipt } from '../domain/intake/receipt.ts';
import { HookRefusal } from '../domain/intake/refusal.ts';
import type { FrontDoor } from '../ports.ts';
import { describe } from './errors.ts';
import { invocationLog, logger } from './log.ts';
import { addCount } from './metrics.ts';
import { alertKeys, traceKey, traceOfRequest } from './trace.ts';

/** What is read of an API Gateway event, payload format 2.0. Header names are in lower case. */
const eventSchema = z.object({
  requestContext: z.object({ requestId: z.string() }),
  pathParameters: z.object({ webhookKey: z.string() }),
  headers: z._default(z.record(z.string(), z.string()), {}),
  body: z.nullish(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
});
type HookEvent = z.infer<typeof eventSchema>;

interface HookAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Code of the answer where our own part failed. */
const NOT_STORED = 'not_stored';
const around = new HookRefusal(
  'wrong_door',
  'Deliveries come through what stands before this API: post to its address.',
);
/** A table or queue that throttles has recovered by then; monitoring waits longer by itself. */
const RETRY_AFTER_SECONDS = 5;

/** The middy chain of a hook: a parsed event, one log line and one count per request, and an answer for each ending. */
export const hook = (receive: (request: HookRequest) => Promise<Receipt>, front?: FrontDoor) =>
  middy<unknown, HookAnswer>()
    .use(invocationLog)
    .onError((request) => {
      logger.error('Delivery not stored', { error: describe(request.error) });
      addCount({ code: NOT_STORED }, 'DeliveriesRefused', 1);
      request.response = notStored(requestIdOf(request.event));
    })
    .handler(async (event: unknown) => {
      const parsed = eventSchema.parse(event);
      const { requestId } = parsed.requestContext;
      const traceparent = traceOfRequest(parsed.headers[traceparentName]);
      logger.appendKeys({ requestId, ...traceKey(traceparent) });
      if (front && !(await front.admits(parsed.headers))) return refused(requestId, { refusal: around });
      const receipt = await receive(requestOf(parsed, traceparent));
      if ('nothing' in receipt) return ignored(requestId, receipt);
      if ('repeated' in receipt) return repeated(requestId, receipt);
      return 'refusal' in receipt ? refused(requestId, receipt) : accepted(requestId, receipt);
    });

const requestOf = (
  { pathParameters, headers, body, isBase64Encoded }: HookEvent,
  traceparent: string,
): HookRequest => ({
  webhookKey: pathParameters.webhookKey,
  body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  contentType: headers['content-type'],
  headers,
  traceparent,
});

function accepted(requestId: string, { delivery, alertIds }: { delivery: Delivery; alertIds: string[] }): HookAnswer {
  const { deliveryId, relayId, webhookId, format, items } = delivery;
  const firing = items.filter(({ occurrence }) => occurrence.status === 'firing').length;
  logger.info('Delivery accepted', {
    ...{ deliveryId, relayId, webhookId, format, alerts: items.length, firing },
    ...alertKeys(items.map(({ alertId }) => alertId)),
  });
  if (!isHeartbeat(relayId)) addCount({}, 'AlertsAccepted', items.length);
  return answer(requestId, 202, { deliveryId, alertIds });
}

/**
 * 200, where 202 would promise an alert: a ping, an installation and the like only want to hear that the hook is there.
 */
function ignored(requestId: string, { nothing, format, webhook }: Extract<Receipt, { nothing: unknown }>): HookAnswer {
  const { code, message } = nothing;
  logger.info('Delivery about no alert', { code, format, webhookId: webhook.id, relayId: webhook.relayId });
  addCount({ code }, 'DeliveriesIgnored', 1);
  return answer(requestId, 200, { ignored: { code, message } });
}

/**
 * As the first time, for the sender only wants to hear that it arrived; the alerts are told to whoever sent them first.
 */
function repeated(
  requestId: string,
  { repeated: { deliveryId }, webhook }: Extract<Receipt, { repeated: unknown }>,
): HookAnswer {
  const code = 'duplicate_delivery';
  logger.info('Delivery repeated', { code, deliveryId, webhookId: webhook.id, relayId: webhook.relayId });
  addCount({ code }, 'DeliveriesIgnored', 1);
  return answer(requestId, 202, { deliveryId, alertIds: [], repeated: true });
}

function refused(requestId: string, { refusal, webhook }: Extract<Receipt, { refusal: HookRefusal }>): HookAnswer {
  const { status, code, message, issues, retryAfterSeconds } = refusal;
  logger.warn('Delivery refused', {
    code,
    status,
    ...(webhook && { webhookId: webhook.id, relayId: webhook.relayId }),
  });
  addCount({ code }, 'DeliveriesRefused', 1);
  const body = { error: { code, message, ...(issues.length > 0 && { issues }) } };
  return retryAfter(retryAfterSeconds, answer(requestId, status, body));
}

function notStored(requestId: string | undefined): HookAnswer {
  const message = 'The delivery could not be stored. Please send it again.';
  return retryAfter(RETRY_AFTER_SECONDS, answer(requestId, 503, { error: { code: NOT_STORED, message } }));
}

const retryAfter = (seconds: number | undefined, { headers, ...rest }: HookAnswer): HookAnswer => ({
  ...rest,
  headers: { ...headers, ...(seconds !== undefined && { 'retry-after': String(seconds) }) },
});

const answer = (requestId: string | undefined, statusCode: number, body: object): HookAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...(requestId !== undefined && { 'x-request-id': requestId }) },
  body: JSON.stringify(body),
});

/** Also of an event that did not fit. */
const requestIdOf = (event: unknown): string | undefined =>
  z.pick(eventSchema, { requestContext: true }).safeParse(event).data?.requestContext.requestId;
