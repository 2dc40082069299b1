import * as z from 'zod/mini';
import { webhookProviders } from '../../contract/alert.ts';
import { mappingSchema } from '../intake/mapping-schema.ts';
import { webhookAuthSchema } from '../signature/auth.ts';

export const webhookSchema = z.strictObject({
  id: z.string(),
  relayId: z.string(),
  /** The secret last part of the hook's address, and the first credential of a sender. */
  webhookKey: z.string(),
  description: z.optional(z.string()),
  /** Null: the format is recognised from each body. */
  provider: z.nullable(z.enum(webhookProviders)),
  enabled: z.boolean(),
  /** The second credential of a sender. Absent: the key alone lets deliveries in. */
  auth: z.optional(webhookAuthSchema),
  /** Labels or dot-paths that alone tell one incident from another; never beside `ignoreLabels`. */
  dedupLabels: z.optional(z.array(z.string()).check(z.minLength(1))),
  /** Labels that do not tell one incident from another. */
  ignoreLabels: z.optional(z.array(z.string()).check(z.minLength(1))),
  /** For provider `custom`. */
  mapping: z.optional(mappingSchema),
  /** Keys that were rotated away and still work until then; by digest. Newest first. */
  previousKeys: z.optional(z.array(z.strictObject({ sha256: z.string(), validUntil: z.string() }))),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.optional(z.string()),
});
export type Webhook = z.infer<typeof webhookSchema>;
