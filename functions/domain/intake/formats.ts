import type { AlertOccurrence, webhookProviders } from '../../contract/alert.ts';
import { limits } from '../../contract/limits.ts';
import { alertmanager } from './alertmanager.ts';
import type { Format } from './format.ts';
import { generic } from './generic.ts';
import type { JsonObject } from './json.ts';
import { occurrenceOf } from './occurrence.ts';
import { Refusal } from './refusal.ts';

type Provider = (typeof webhookProviders)[number];

/** Asked in this order; the generic one is last, for a title alone makes a body generic. */
const formats: readonly Format[] = [alertmanager, generic];

/** The format that a webhook's provider pins. Null: the contract knows the provider, this version does not read it. */
const pinned: Record<Provider, Format | null> = {
  prometheus: alertmanager,
  custom: generic,
  sentry: null,
  datadog: null,
  axiom: null,
};

const PAYLOAD_HINT =
  'If it comes from Alertmanager, a custom "payload" in its webhook_config is a possible cause: remove that option.';

export interface Reading {
  /** Name of the format. */
  format: string;
  /** One per entry of the body, in its order. */
  occurrences: AlertOccurrence[];
}

/**
 * What a parsed body says, by the format that the webhook's provider pins, or that is recognised from the body where
 * `provider` is null. A body of which one entry is wrong is refused as a whole: never half of it is taken.
 */
export function readAlerts(body: JsonObject, provider: Provider | null): Reading | Refusal {
  const format = provider === null ? formats.find((candidate) => candidate.recognises(body)) : pinned[provider];
  if (format === null) {
    return new Refusal(
      'format_not_supported',
      `The webhook is pinned to the format of ${provider}, which this version does not read. ` +
        'Send the generic format to a webhook whose provider is null or "custom".',
    );
  }
  if (format === undefined) {
    return new Refusal(
      'unknown_format',
      `No known format explains this body: it has neither "alerts" (Alertmanager, version 4) nor "title" (generic). ${PAYLOAD_HINT}`,
    );
  }
  const read = format.read(body);
  if ('issues' in read) {
    return new Refusal(
      'invalid_payload',
      `The body does not fit the format ${format.name}. ${PAYLOAD_HINT}`,
      read.issues,
    );
  }
  if (read.drafts.length > limits.alertsPerDelivery) {
    return new Refusal(
      'too_many_alerts',
      `The delivery holds ${read.drafts.length} alerts; at most ${limits.alertsPerDelivery} are taken at once. ` +
        'Group them finer, so that each delivery holds fewer.',
    );
  }
  return { format: format.name, occurrences: read.drafts.map(occurrenceOf) };
}
