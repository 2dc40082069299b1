import type { Delivery } from '../../contract/delivery.ts';
import type { Refusal } from './refusal.ts';

/** One POST to a hook. */
export interface HookRequest {
  /** The last part of the address; a secret. */
  webhookKey: string;
  /** As it was sent, after the transport's own encoding. */
  body: Uint8Array;
  contentType: string | undefined;
}

/** What became of it: queued, with the alert of each entry of the body in order; or refused, and nothing stored. */
export type Receipt =
  | { delivery: Delivery; alertIds: string[] }
  | { refusal: Refusal; webhook?: { id: string; relayId: string } };
