import type { Incident } from './incident.ts';
import { custom, generic, opsgenie, pagerduty, sentry } from './payloads/incidents.ts';
import { axiom, betterstack, cloudwatch, datadog, newrelic } from './payloads/monitors.ts';
import { grafana, prometheus } from './payloads/prometheus.ts';

export type SendStatus = 'firing' | 'update' | 'acknowledged' | 'resolved' | 'unknown' | 'test';

/** A delivery before it is signed. */
export interface Payload {
  body: object;
  /** Beside the content type and the signature. */
  headers?: Record<string, string>;
}

/** What a provider sends, by what it is to say. What it has no message for is left out. */
export type Provider = Partial<Record<SendStatus, (incident: Incident) => Payload>>;

/** Every provider, under the names that a webhook's `provider` knows. */
export const providers: Record<string, Provider> = {
  prometheus,
  grafana,
  datadog,
  sentry,
  pagerduty,
  axiom,
  opsgenie,
  newrelic,
  betterstack,
  cloudwatch,
  generic,
  custom,
};
