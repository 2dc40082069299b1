import * as z from 'zod';
import { occurrenceSchema, severitySchema } from '../../contract/alert.ts';
import { traceparentSchema } from '../../contract/traceparent.ts';

export const alertSchema = z.strictObject({
  ...occurrenceSchema.omit({ status: true, startsApart: true, severityAssumed: true }).shape,
  id: z.string(),
  relayId: z.string(),
  webhookId: z.string(),
  /** The delivery that brought the alert in. */
  deliveryId: z.string(),
  format: z.string(),
  /** Of that delivery. */
  traceparent: traceparentSchema.optional(),
  /** Always set: the sender's start, else when we received it. */
  startsAt: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** That it came in with, where `severity` is another one by now. */
  firstSeverity: severitySchema.optional(),
  /** By the sender's clock: when what the alert says by now was so, where that is not what it came in with. */
  newsOccurredAt: z.string().optional(),
  /** Set once every rule has its decision; a repeat before that finishes the routing instead of being dropped. */
  routedAt: z.string().optional(),
  acknowledgedAt: z.string().optional(),
  /** Name of a user, or `monitoring_system`. */
  acknowledgedBy: z.string().optional(),
  /** When the sender last said that somebody works on the alert, or that nobody does. */
  acknowledgementSaidAt: z.string().optional(),
  resolvedAt: z.string().optional(),
  resolvedBy: z.enum(['user', 'monitoring_system']).optional(),
  resolvedByUserId: z.string().optional(),
  resolvedByProvider: z.string().optional(),
  /** When it was over by the sender's clock, where the sender says so. `occurredAt` is that of the first entry. */
  resolutionOccurredAt: z.string().optional(),
  assignedToUserId: z.string().optional(),
  /** Since when nothing stands here of what the sender said: it was asked for, and nothing is written over it. */
  erasedAt: z.string().optional(),
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
