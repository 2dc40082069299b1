import type { WebhookCall } from '../contract/webhook-call.ts';
import { signatureHeaders } from '../domain/webhook/webhook-signature.ts';
import type { CallResult, WebhookSender } from '../ports.ts';
import { createEgress, type EgressSettings } from './http/egress.ts';
import { ExchangeError, exchange, tooLarge } from './http/exchange.ts';
import { addressRefused, type ResolveAll } from './http/guard.ts';
import { traceHeader } from './http/trace-header.ts';

/** Of an answer, which nobody reads. */
const ANSWER_BYTES = 64 * 1024;

/** Time-out, too early, too many: the receiver asks for another try. */
const passing = [408, 425, 429];

interface WebhookSenderOptions extends EgressSettings {
  /** The signing keys in base64, without `whsec_`: while one is rotated, the next and the one that goes. */
  keys: () => Promise<string[]>;
  resolve?: ResolveAll;
}

/**
 * Calls of webhook rules over HTTP, signed as Standard Webhooks prescribes. Each goes over a connection of its own, to
 * addresses that the guard lets through; no redirect is followed.
 */
export function createWebhookSender({ keys, resolve, ...settings }: WebhookSenderOptions): WebhookSender {
  const egress = createEgress(settings, resolve);
  return {
    async send(call, at) {
      const url = URL.parse(call.endpoint);
      if (!url) return { kind: 'refused', code: 'no_address' };
      const problem = egress.problem(url);
      if (problem !== undefined) return { kind: 'refused', code: problem };
      const signed = { id: call.id, body: call.body ?? '' };
      const request = {
        method: call.method,
        path: `${url.pathname}${url.search}`,
        headers: {
          ...headersOf(call, url),
          ...traceHeader(call.traceparent),
          ...signatureHeaders(signed, await keys(), at),
        },
        body: call.body ?? undefined,
      };
      try {
        const terms = { ...(await egress.routeTo(url, false)), limitMs: call.timeoutMs, maxBytes: ANSWER_BYTES };
        return resultOf((await exchange(url, request, terms)).status);
      } catch (error) {
        return resultOfFailure(error);
      }
    },
  };
}

/** What the rule sets comes first, except that the host is the endpoint's. */
const headersOf = ({ headers, body }: WebhookCall, { host }: URL): Record<string, string> => ({
  'user-agent': 'opencode-relay',
  ...(body !== null && { 'content-type': 'application/json' }),
  ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  host,
});

function resultOfFailure(error: unknown): CallResult {
  if (!(error instanceof ExchangeError)) throw error;
  // So much is read of a success only.
  if (error.code === tooLarge) return { kind: 'done' };
  return { kind: error.code === addressRefused ? 'refused' : 'again', code: error.code };
}

/** A redirect is refused: an endpoint is what its author has written, and nothing else. */
function resultOf(status: number): CallResult {
  if (status >= 200 && status <= 299) return { kind: 'done' };
  return { kind: status >= 500 || passing.includes(status) ? 'again' : 'refused', code: `status_${status}` };
}
