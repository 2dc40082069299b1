import type { Provider } from './payload.ts';
import { custom, generic, opsgenie, pagerduty, sentry } from './payloads/incidents.ts';
import { axiom, betterstack, cloudwatch, datadog, newrelic } from './payloads/monitors.ts';
import { grafana, prometheus } from './payloads/prometheus.ts';

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
