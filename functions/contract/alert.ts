import * as z from 'zod/mini';
import { limits } from './limits.ts';

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.infer<typeof severitySchema>;

/** Senders whose bodies a mapping of ours reads: see `domain/intake/presets`. */
export const presetProviders = [
  'zabbix',
  'checkmk',
  'nagios',
  'icinga',
  'uptime_kuma',
  'healthchecks',
  'azure_monitor',
  'google_cloud_monitoring',
  'github_actions',
  'dynatrace',
  'rollbar',
  'elastic',
  'honeycomb',
  'argo_cd',
  'librenms',
  'thousandeyes',
] as const;
export type PresetProvider = (typeof presetProviders)[number];

/** Names that a webhook may be pinned to. The first five are the public contract's, the others are ours. */
export const webhookProviders = [
  'sentry',
  'datadog',
  'axiom',
  'prometheus',
  'custom',
  'grafana',
  'pagerduty',
  'opsgenie',
  'newrelic',
  'betterstack',
  'cloudwatch',
  'generic',
  ...presetProviders,
] as const;
export type WebhookProvider = (typeof webhookProviders)[number];

/**
 * What an entry says of its incident. Only `firing` can start a run: `update` has news of an incident that fires
 * already, `unknown` means that the sender has no data, and `test` tries the way out.
 */
export const occurrenceStatuses = [
  'firing',
  'update',
  'acknowledged',
  'unacknowledged',
  'resolved',
  'unknown',
  'test',
] as const;

/**
 * What a sender has shown at the door, the weakest first: that it knows the address, a second secret besides, or a
 * signature over what it sends. AWS's own doors are as good as a signature.
 */
export const hookStrengths = ['address', 'secret', 'signature'] as const;
export type HookStrength = (typeof hookStrengths)[number];

/** What a provider's entry says about an incident, in one normal form. */
export const occurrenceSchema = z.strictObject({
  status: z.enum(occurrenceStatuses),
  title: z.string().check(z.minLength(1), z.maxLength(limits.titleCharacters)),
  message: z.optional(z.string()),
  severity: severitySchema,
  /** True where what is no firing entry names no severity: then it is the default. */
  severityAssumed: z.optional(z.literal(true)),
  source: z.string(),
  service: z.optional(z.string()),
  environment: z.optional(z.string()),
  /** The provider's own incident key, as sent. */
  externalId: z.optional(z.string()),
  /** Ours: versioned, from the payload alone. Equal for every repeat of one incident. */
  fingerprint: z.string().check(z.minLength(1)),
  /** ISO 8601. Absent where the sender does not say when the incident began. */
  startsAt: z.optional(z.iso.datetime({ offset: true })),
  /** True where each start is an incident of its own, also while another one is open. */
  startsApart: z.optional(z.literal(true)),
  /** Of the hook that it came through. Absent: its address alone. */
  strength: z.optional(z.enum(hookStrengths)),
  /** ISO 8601, by the sender's clock: when what the entry says happened. Absent where the sender does not say. */
  occurredAt: z.optional(z.iso.datetime({ offset: true })),
  links: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  metadata: z.record(z.string(), z.unknown()),
});
export type AlertOccurrence = z.infer<typeof occurrenceSchema>;
