import { limits } from '../../contract/limits.ts';
import type { Outcome } from '../../contract/outcomes.ts';
import type { WebhookCall } from '../../contract/webhook-call.ts';
import type { Alert } from '../alert/alert.ts';
import type { Rule } from '../rule/rule.ts';
import { defaultPayload, fillPayload } from '../rule/webhook-payload.ts';
import type { WebhookConfig } from '../rule/webhook-rule.ts';
import { hashedId } from '../text/digest.ts';

/** How the session of the rule before it in a relay run ended. */
export interface PreviousStep {
  ruleName: string;
  outcome: Outcome;
  cause: string;
  costUsd: number | null;
  sessionUrl: string | null;
}

export interface CallOf {
  alert: Alert;
  relay: { id: string; name: string };
  rule: Pick<Rule, 'id' | 'name'>;
  config: WebhookConfig;
  decision: { reason: string; sentence: string };
  /** Null: no session ran before it. */
  outcome: PreviousStep | null;
  /** Of a relay run, from 1. */
  round: number;
  /** Of the delivery that it is for. */
  traceparent?: string | undefined;
}

/** The call that a webhook rule makes for an alert, placeholders filled in. One round of one alert is one id. */
export function webhookCallOf(call: CallOf): WebhookCall {
  const { alert, relay, rule, config, decision, outcome, round, traceparent } = call;
  const { endpoint, method = 'POST', headers = {}, payload, timeout = limits.webhookTimeoutMs.default } = config;
  // A DELETE has a body only where the rule gives one: servers differ in whether they take it.
  const template = payload ?? (method === 'GET' || method === 'DELETE' ? undefined : defaultPayload);
  const parts = {
    alert: shownOf(alert),
    relay: { id: relay.id, name: relay.name },
    rule: { id: rule.id, name: rule.name, round },
    decision: { reason: decision.reason, sentence: decision.sentence },
    outcome: outcome && { ...outcome },
  };
  return {
    id: callIdOf(alert.id, rule.id, round),
    alertId: alert.id,
    relayId: relay.id,
    ruleId: rule.id,
    ruleName: rule.name,
    endpoint,
    method,
    headers,
    body: template === undefined ? null : fillPayload(template, parts),
    timeoutMs: timeout,
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** `msg_` and 32 hex digits: the letters of Standard Webhooks, without a dot. */
const callIdOf = (alertId: string, ruleId: string, round: number): string =>
  hashedId('msg', JSON.stringify([alertId, ruleId, round]));

/**
 * What a receiver is told of an alert; a field that it does not have is null. The largest come last, for they are cut
 * first.
 */
const shownOf = (alert: Alert): Record<string, unknown> => ({
  id: alert.id,
  title: alert.title,
  severity: alert.severity,
  source: alert.source,
  service: alert.service ?? null,
  environment: alert.environment ?? null,
  externalId: alert.externalId ?? null,
  fingerprint: alert.fingerprint,
  startsAt: alert.startsAt,
  createdAt: alert.createdAt,
  labels: alert.labels,
  links: alert.links,
  message: alert.message ?? null,
  metadata: alert.metadata,
});
