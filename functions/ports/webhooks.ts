import type { WebhookCall } from '../contract/webhook-call.ts';
import type { CallRecord } from '../domain/webhook/call-record.ts';

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

export interface CallRecords {
  /** Counts a try, and keeps what it came to. Once a call is done it stays so. */
  record(call: Pick<WebhookCall, 'id' | 'alertId' | 'ruleId'>, result: CallResult, at: Date): Promise<void>;
  /** In no order. */
  listByAlert(alertId: string): Promise<CallRecord[]>;
}

export interface CallMetrics {
  /** Once per batch. */
  publish(results: ReadonlyMap<CallResult['kind'], number>): void;
}
