import * as z from 'zod';

export const integrationSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.literal('opencode'),
  /** As sent, `username` included. The password lies in Secrets Manager under the integration's id. */
  metadata: z.record(z.string(), z.unknown()),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.string().optional(),
});
export type Integration = z.infer<typeof integrationSchema>;

export const credentialsSchema = z.strictObject({
  username: z.string(),
  password: z.string(),
});
/** Basic-auth credentials of one OpenCode server, as they lie in Secrets Manager. */
export type Credentials = z.infer<typeof credentialsSchema>;
