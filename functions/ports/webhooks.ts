import type { WebhookCall } from '../contract/webhook-call.ts';

/** `done`: taken. `again`: worth another try. `refused`: would end the same however often it is tried. */
export type CallResult = { kind: 'done' } | { kind: 'again' | 'refused'; code: string };

export interface WebhookSender {
  /** Sends a call once, signed. `code`: a status, or the name of what went wrong; nothing of the answer. */
  send(call: WebhookCall, at: Date): Promise<CallResult>;
}

export interface DeadCalls {
  /** Keeps a call for an operator that will never be taken. */
  keep(call: WebhookCall, code: string): Promise<void>;
}

export interface CallMetrics {
  /** Once per batch. */
  publish(results: ReadonlyMap<CallResult['kind'], number>): void;
}
