import * as z from 'zod';
import { webhookProviders } from '../../../contract/alert.ts';
import { mappingSchema } from '../../../domain/intake/mapping-schema.ts';
import { text } from '../fields.ts';
import { authInput } from './auth-input.ts';

const DESCRIPTION_CHARACTERS = 4_000;
/** A week: time enough to move every sender. */
const MAX_OVERLAP_HOURS = 168;
export const DEFAULT_OVERLAP_HOURS = 24;
/** A key that is made of more is no better. */
const MAX_LABELS = 20;
/** A body for each thing that a sender can say. */
const MAX_SAMPLES = 20;
const samplePayload = z.record(z.string(), z.unknown());
const labels = z.array(text()).min(1).max(MAX_LABELS).nullable().optional();

/** What a person sets on a webhook. Creating takes all of it, changing any part. */
export const webhookInput = z.strictObject({
  description: z.string().max(DESCRIPTION_CHARACTERS).nullable().optional(),
  /** Null: the format is recognised from each body. */
  provider: z.enum(webhookProviders).nullable().optional(),
  enabled: z.boolean().optional(),
  /** Null: the key in the address alone lets deliveries in. */
  auth: authInput.nullable().optional(),
  /** Labels, or dot-paths into the payload, that alone tell one incident from another. */
  dedupLabels: labels,
  /** Labels that do not tell one incident from another, such as pod or instance. */
  ignoreLabels: labels,
  /** For the provider `custom`: where the fields of an alert stand in a body that no format knows. */
  mapping: z.nullable(mappingSchema).optional(),
  /**
   * A body, or several, that the mapping is tried on before it is stored; not stored themselves. The answer shows what
   * each becomes.
   */
  samplePayload: z.union([samplePayload, z.array(samplePayload).min(1).max(MAX_SAMPLES)]).optional(),
});
export type WebhookInput = z.output<typeof webhookInput>;

export const rotationInput = z.strictObject({
  /** How long the old key goes on working, in hours; 0 ends it at once. */
  overlapHours: z.number().min(0).max(MAX_OVERLAP_HOURS).optional(),
});
export type RotationInput = z.output<typeof rotationInput>;
