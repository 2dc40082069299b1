import * as z from 'zod';

/**
 * `owner`: named with the password. `first_rule`: the endpoint of the first rule that was written with the integration.
 */
export const bindingSchema = z.strictObject({
  /** As `URL.origin` writes them. */
  origins: z.array(z.string()).min(1),
  from: z.enum(['owner', 'first_rule']),
});
export type Binding = z.infer<typeof bindingSchema>;

export const integrationSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.literal('opencode'),
  /**
   * As sent, `username` included, and without `origins`. The password lies in Secrets Manager under the integration's
   * id.
   */
  metadata: z.record(z.string(), z.unknown()),
  /** Where its password may go. Absent: no rule has named the integration yet. */
  binding: bindingSchema.optional(),
  /** Set where its password is too short to be found for sure in what an agent leaves. */
  shortPassword: z.boolean().optional(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.string().optional(),
});
export type Integration = z.infer<typeof integrationSchema>;

export const credentialsSchema = z.strictObject({
  username: z.string(),
  password: z.string(),
  /**
   * Where they may go, as the owner named it. Absent: to the origin that the first rule has bound the integration to.
   */
  origins: z.array(z.string()).min(1).optional(),
  /** Names of further headers, for a gateway before the server; each value is a secret of its own. */
  headers: z.array(z.string()).optional(),
});
/** Basic-auth credentials of one OpenCode server, as they lie in Secrets Manager. */
export type Credentials = z.infer<typeof credentialsSchema>;

/** How long the password before is good for still, where a new one was stored: its server may not have it yet. */
export const PASSWORD_OVERLAP_MS = 86_400_000;

/** With the values of the headers. */
export interface ServerCredentials extends Credentials {
  headerValues?: Record<string, string>;
  /** What was replaced less than a day ago: it is tried where the current one is refused. */
  previous?: Credentials;
}
