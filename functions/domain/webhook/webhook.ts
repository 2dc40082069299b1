import * as z from 'zod';
import { webhookProviders } from '../../contract/alert.ts';
import { mappingSchema } from '../intake/mapping-schema.ts';
import { webhookAuthSchema } from '../signature/auth.ts';

export const webhookSchema = z.strictObject({
  id: z.string(),
  relayId: z.string(),
  /** The secret last part of the hook's address, and the first credential of a sender. */
  webhookKey: z.string(),
  description: z.string().optional(),
  /** Null: the format is recognised from each body. */
  provider: z.enum(webhookProviders).nullable(),
  enabled: z.boolean(),
  /** The second credential of a sender. Absent: the key alone lets deliveries in. */
  auth: webhookAuthSchema.optional(),
  /** Labels or dot-paths that alone tell one incident from another; never beside `ignoreLabels`. */
  dedupLabels: z.array(z.string()).min(1).optional(),
  /** Labels that do not tell one incident from another. */
  ignoreLabels: z.array(z.string()).min(1).optional(),
  /** For provider `custom`. */
  mapping: mappingSchema.optional(),
  /** Keys that were rotated away and still work until then; by digest. Newest first. */
  previousKeys: z.array(z.strictObject({ sha256: z.string(), validUntil: z.string() })).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.string().optional(),
});
export type Webhook = z.infer<typeof webhookSchema>;
