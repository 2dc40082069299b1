import * as z from 'zod';
import { limits } from './limits.ts';

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.infer<typeof severitySchema>;

export const webhookProviders = ['sentry', 'datadog', 'axiom', 'prometheus', 'custom'] as const;

/** What a provider's entry says about an incident, in one normal form. */
export const occurrenceSchema = z.strictObject({
  status: z.enum(['firing', 'resolved']),
  title: z.string().min(1).max(limits.titleCharacters),
  message: z.string().optional(),
  severity: severitySchema,
  source: z.string(),
  service: z.string().optional(),
  environment: z.string().optional(),
  /** The provider's own incident key, as sent. */
  externalId: z.string().optional(),
  /** Ours: versioned, from the payload alone. Equal for every repeat of one incident. */
  fingerprint: z.string().min(1),
  /** ISO 8601. Absent where the sender does not say when the incident began. */
  startsAt: z.iso.datetime({ offset: true }).optional(),
  links: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  metadata: z.record(z.string(), z.unknown()),
});
export type AlertOccurrence = z.infer<typeof occurrenceSchema>;
