import {
  type AlertOccurrence,
  type PresetProvider,
  presetProviders,
  type WebhookProvider,
} from '../../contract/alert.ts';
import { limits } from '../../contract/limits.ts';
import { alertmanager, payloadHint } from './alertmanager.ts';
import { axiom } from './axiom.ts';
import { betterstack } from './betterstack.ts';
import { cloudwatch } from './cloudwatch.ts';
import { datadog } from './datadog.ts';
import type { Format, Nothing } from './format.ts';
import { generic } from './generic.ts';
import { grafana } from './grafana.ts';
import { type JsonObject, listedIn } from './json.ts';
import { type KeySettings, keyedBy } from './keys.ts';
import { type FullMapping, mapped } from './mapping.ts';
import type { Mapping } from './mapping-schema.ts';
import { newrelic } from './newrelic.ts';
import { occurrenceOf } from './occurrence.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { presets } from './presets/presets.ts';
import { fewerAlerts, HookRefusal } from './refusal.ts';
import { senderHint } from './senders.ts';
import { sentry } from './sentry.ts';

/**
 * Asked in this order. Grafana stands before Alertmanager, whose body it extends; the generic one is last, for a title
 * alone makes a body generic.
 */
const formats: readonly Format[] = [
  grafana,
  alertmanager,
  sentry,
  pagerduty,
  betterstack,
  opsgenie,
  axiom,
  cloudwatch,
  datadog,
  newrelic,
  generic,
];

const pinned: Record<Exclude<WebhookProvider, PresetProvider>, Format> = {
  prometheus: alertmanager,
  grafana,
  sentry,
  pagerduty,
  betterstack,
  opsgenie,
  axiom,
  cloudwatch,
  datadog,
  newrelic,
  generic,
  custom: generic,
};

/** What a webhook says of the bodies that it is sent. `mapping` is for provider `custom` only. */
export interface IntakeSettings extends KeySettings {
  mapping?: Mapping | undefined;
}

/** What a body says: an occurrence per entry, in its order; or, where it is in order and speaks of no alert, why. */
export type ParsedDelivery = {
  /** Name of the format. */
  format: string;
  /** The sender's own id of the delivery, where its format has one. */
  deliveryKey?: string | undefined;
} & ({ occurrences: AlertOccurrence[] } | { nothing: Nothing });

/**
 * What a parsed body says, by the format that the webhook's provider pins, or that is recognised from the body where
 * `provider` is null. A body of which one entry is wrong is refused as a whole: never half of it is taken.
 */
export function readAlerts(
  body: JsonObject,
  provider: WebhookProvider | null,
  settings: IntakeSettings = {},
): ParsedDelivery | HookRefusal {
  const bodies = listedIn(body);
  if (bodies === undefined) return readOne(body, provider, settings);
  const all: AlertOccurrence[] = [];
  let last: ParsedDelivery | undefined;
  for (const [index, each] of bodies.entries()) {
    const parsed = readOne(each, provider, settings);
    if (parsed instanceof HookRefusal) return parsed.within([index]);
    if ('occurrences' in parsed) all.push(...parsed.occurrences);
    last = parsed;
  }
  if (all.length > limits.alertsPerDelivery) return tooMany(all.length);
  if (all.length === 0 && last !== undefined) return last;
  // A list has no id of its own.
  return { format: last?.format ?? '', deliveryKey: undefined, occurrences: all };
}

function readOne(
  body: JsonObject,
  provider: WebhookProvider | null,
  settings: IntakeSettings,
): ParsedDelivery | HookRefusal {
  const format = formatOf(body, provider, settings);
  if (format === undefined) return unknownFormat(body);
  const read = format.read(body);
  if ('issues' in read) {
    const said = read.hint ?? format.hint ?? '';
    const hint = said === '' ? '' : ` ${said}`;
    return new HookRefusal('invalid_payload', `The body does not fit the format ${format.name}.${hint}`, read.issues);
  }
  if ('nothing' in read) return { format: format.name, nothing: read.nothing };
  if (read.drafts.length > limits.alertsPerDelivery) return tooMany(read.drafts.length);
  const occurrences = read.drafts.map((draft) => occurrenceOf(keyedBy(settings, format.name, draft, body)));
  return { format: format.name, deliveryKey: format.deliveryKey?.(body), occurrences };
}

function formatOf(body: JsonObject, provider: WebhookProvider | null, { mapping }: IntakeSettings): Format | undefined {
  if (provider === null) return formats.find((candidate) => candidate.recognises(body));
  if (isPreset(provider)) return mapped(presets[provider].mapping, provider);
  if (provider !== 'custom' || !mapping) return pinned[provider];
  return mapped(fullMapping(mapping), mapping.preset);
}

const isPreset = (provider: WebhookProvider): provider is PresetProvider =>
  presetProviders.some((preset) => preset === provider);

/** With the fields of its preset, where it names one. The schema asks for a title where there is none. */
export function fullMapping({ preset, ...mapping }: Mapping): FullMapping {
  const given = Object.fromEntries(Object.entries(mapping).filter(([, field]) => field !== undefined));
  return { title: [], ...(preset && presets[preset].mapping), ...given };
}

function unknownFormat(body: JsonObject): HookRefusal {
  const hint = senderHint(body);
  const otherwise =
    'It has neither "alerts" (Alertmanager, version 4), nor "title" (generic), nor the shape of another provider. ' +
    `${payloadHint} If it comes from Datadog or New Relic, paste the template from the README.`;
  return new HookRefusal('unknown_format', `No known format explains this body. ${hint ?? otherwise}`);
}

const tooMany = (count: number): HookRefusal =>
  new HookRefusal(
    'too_many_alerts',
    `The delivery holds ${count} alerts; at most ${limits.alertsPerDelivery} are taken at once. ${fewerAlerts}`,
  );
