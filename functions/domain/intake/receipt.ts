import type { Delivery } from '../../contract/delivery.ts';
import type { Nothing } from './format.ts';
import type { HookRefusal } from './refusal.ts';

/** One POST to a hook. */
export interface HookRequest {
  /** The last part of the address; a secret. */
  webhookKey: string;
  /** As it was sent, after the transport's own encoding. */
  body: Uint8Array;
  contentType: string | undefined;
  /** By name in lower case. They may hold secrets. */
  headers: Readonly<Record<string, string>>;
  /** The trace that it begins or goes on with. */
  traceparent?: string;
}

/**
 * What became of it: queued, with the alert of each entry of the body in order; or in order, and about no alert; or the
 * repeat of a delivery that was queued before; or refused. Only what is queued is stored.
 */
export type Receipt =
  | { delivery: Delivery; alertIds: string[] }
  | { nothing: Nothing; format: string; webhook: { id: string; relayId: string } }
  | { repeated: { deliveryId: string }; webhook: { id: string; relayId: string } }
  | { refusal: HookRefusal; webhook?: { id: string; relayId: string } };
