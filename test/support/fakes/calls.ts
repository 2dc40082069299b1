import type { WebhookCall } from '../../../functions/contract/webhook-call.ts';
import type { CallRecord } from '../../../functions/domain/webhook/call-record.ts';

export const sampleCall = (changes: Partial<WebhookCall> = {}): WebhookCall => ({
  id: 'msg_0123456789abcdef0123456789abcdef',
  alertId: 'alr_1',
  relayId: 'rly_1',
  ruleId: 'rul_1',
  ruleName: 'Tell the team',
  endpoint: 'https://hooks.example.com/alerts',
  method: 'POST',
  headers: {},
  body: '{"type":"alert"}',
  timeoutMs: 5_000,
  ...changes,
});

export const sampleCallRecord = (changes: Partial<CallRecord> = {}): CallRecord => ({
  callId: sampleCall().id,
  alertId: 'alr_1',
  ruleId: 'rul_1',
  kind: 'done',
  code: null,
  tries: 1,
  at: '2027-03-01T12:00:00.000Z',
  ...changes,
});
