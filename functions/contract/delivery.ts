import * as z from 'zod';
import { occurrenceSchema } from './alert.ts';
import { traceparentSchema } from './traceparent.ts';

/** One hook request as it lies in the queue: everything that routing needs, normalised, without the raw body. */
export const deliverySchema = z.strictObject({
  deliveryId: z.string(),
  /** The delivery that this one repeats: it is counted, and does nothing else. */
  repeatOf: z.string().optional(),
  /**
   * The first part of the delivery that this one is a further part of: what one message cannot hold comes in several.
   */
  partOf: z.string().optional(),
  relayId: z.string(),
  webhookId: z.string(),
  /** The format that was recognised, e.g. `alertmanager`. */
  format: z.string(),
  /** ISO 8601, the clock of `receive-alert`. */
  receivedAt: z.iso.datetime(),
  bodySha256: z.string(),
  /** Travels as an attribute of the message: a release that does not know it reads the message all the same. */
  traceparent: z.optional(traceparentSchema),
  items: z.array(z.strictObject({ alertId: z.string(), occurrence: occurrenceSchema })).min(1),
});
export type Delivery = z.infer<typeof deliverySchema>;
