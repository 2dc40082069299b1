import * as z from 'zod';

export const relaySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  externalKey: z.string().optional(),
  repeatPolicy: z.enum(['none', 'once', 'all']),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.string().optional(),
});
/** A routing pipeline, typically one per service or environment; owns webhooks and rules. */
export type Relay = z.infer<typeof relaySchema>;
