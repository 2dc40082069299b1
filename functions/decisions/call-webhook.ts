import { type CallOf, webhookCallOf } from '../domain/webhook/webhook-call.ts';
import type { WebhookQueue } from '../ports.ts';
import type { RuleDecision } from './rule-decision.ts';

/** Queues the call of a webhook rule. Idempotent for its receiver: the call of one round of an alert has one id. */
export async function callWebhook(
  { webhookCalls }: { webhookCalls: WebhookQueue },
  { sentence, ...call }: Omit<CallOf, 'decision'> & { sentence: string },
): Promise<RuleDecision> {
  const decision = { reason: 'webhook_called' as const, sentence };
  await webhookCalls.send(webhookCallOf({ ...call, decision }));
  return decision;
}
