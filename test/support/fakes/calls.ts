import type { WebhookCall } from '../../../functions/contract/webhook-call.ts';

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
