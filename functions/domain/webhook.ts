import * as z from 'zod';
import { webhookProviders } from '../contract/alert.ts';

export const webhookSchema = z.strictObject({
  id: z.string(),
  relayId: z.string(),
  /** The secret last part of the hook's address, and the first credential of a sender. */
  webhookKey: z.string(),
  description: z.string().optional(),
  /** Null: the format is recognised from each body. */
  provider: z.enum(webhookProviders).nullable(),
  enabled: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Webhook = z.infer<typeof webhookSchema>;
