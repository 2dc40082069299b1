import * as z from 'zod';
import { limits } from './limits.ts';
import { traceparentSchema } from './traceparent.ts';

export const webhookMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** One call of a webhook rule as it lies in its queue, placeholders filled in. */
export const webhookCallSchema = z.strictObject({
  /** `msg_` and 32 hex digits, of alert, rule and round: also the `webhook-id` that receivers tell repeats by. */
  id: z.string(),
  alertId: z.string(),
  relayId: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  endpoint: z.string(),
  method: z.enum(webhookMethods),
  headers: z.record(z.string(), z.string()),
  /** JSON text; null: no body. */
  body: z.string().nullable(),
  timeoutMs: z.number().int().min(limits.webhookTimeoutMs.min).max(limits.webhookTimeoutMs.max),
  /** Of the delivery that the call is made for; an attribute of the message, as that of a delivery. */
  traceparent: z.optional(traceparentSchema),
});
export type WebhookCall = z.infer<typeof webhookCallSchema>;
