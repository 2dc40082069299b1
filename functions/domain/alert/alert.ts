import * as z from 'zod/mini';
import { occurrenceSchema, severitySchema } from '../../contract/alert.ts';
import { traceparentSchema } from '../../contract/traceparent.ts';

export const alertSchema = z.strictObject({
  ...z.omit(occurrenceSchema, { status: true, startsApart: true, severityAssumed: true }).shape,
  id: z.string(),
  relayId: z.string(),
  webhookId: z.string(),
  /** The delivery that brought the alert in. */
  deliveryId: z.string(),
  format: z.string(),
  /** Of that delivery. */
  traceparent: z.optional(traceparentSchema),
  /** Always set: the sender's start, else when we received it. */
  startsAt: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** That it came in with, where `severity` is another one by now. */
  firstSeverity: z.optional(severitySchema),
  /** By the sender's clock: when what the alert says by now was so, where that is not what it came in with. */
  newsOccurredAt: z.optional(z.string()),
  /** Set once every rule has its decision; a repeat before that finishes the routing instead of being dropped. */
  routedAt: z.optional(z.string()),
  acknowledgedAt: z.optional(z.string()),
  /** Name of a user, or `monitoring_system`. */
  acknowledgedBy: z.optional(z.string()),
  /** When the sender last said that somebody works on the alert, or that nobody does. */
  acknowledgementSaidAt: z.optional(z.string()),
  resolvedAt: z.optional(z.string()),
  resolvedBy: z.optional(z.enum(['user', 'monitoring_system'])),
  resolvedByUserId: z.optional(z.string()),
  resolvedByProvider: z.optional(z.string()),
  /** When it was over by the sender's clock, where the sender says so. `occurredAt` is that of the first entry. */
  resolutionOccurredAt: z.optional(z.string()),
  assignedToUserId: z.optional(z.string()),
  /** Since when nothing stands here of what the sender said: it was asked for, and nothing is written over it. */
  erasedAt: z.optional(z.string()),
});
/** One incident of one relay: the same relay, fingerprint and start are the same alert. */
export type Alert = z.infer<typeof alertSchema>;

/** Who brought an alert in, as whatever is started for it says. */
export type DeliveryRef = Pick<Alert, 'deliveryId' | 'webhookId' | 'format' | 'traceparent'>;

/** Of an alert, the delivery that brought it in; of a delivery, itself. */
export const deliveryRefOf = ({ deliveryId, webhookId, format, traceparent }: DeliveryRef): DeliveryRef => ({
  webhookId,
  format,
  deliveryId,
  ...(traceparent !== undefined && { traceparent }),
});
