import * as z from 'zod';
import type { Access } from '../../../contract/api-tokens.ts';
import { mappingSchema } from '../../../domain/intake/mapping-schema.ts';
import { type WebhookAuth, webhookAuthSchema } from '../../../domain/signature/auth.ts';
import { type Webhook, webhookSchema } from '../../../domain/webhook/webhook.ts';
import { organizationId } from '../organization.ts';

/** As the SDK has it: every field is always there, null where it has no value. */
export const webhookView = ({ previousKeys, deletedAt, ...webhook }: Webhook) => ({
  ...webhook,
  organizationId,
  description: webhook.description ?? null,
  auth: webhook.auth ? authView(webhook.auth) : null,
  dedupLabels: webhook.dedupLabels ?? null,
  ignoreLabels: webhook.ignoreLabels ?? null,
  mapping: webhook.mapping ?? null,
  previousKeyValidUntil: previousKeys?.[0]?.validUntil ?? null,
});

/** Whoever has the key may send alerts, which start sessions: who may only read sees none. */
export const viewFor =
  ({ role }: Access) =>
  (webhook: Webhook) => ({ ...webhookView(webhook), ...(role === 'read' && { webhookKey: '***' }) });

/** How many secrets there are; neither them nor the names of their versions. */
const authView = ({ versions: [current, previous], ...auth }: WebhookAuth) => ({
  ...auth,
  secrets: current?.secrets ?? 0,
  previousSecrets: previous?.secrets ?? 0,
  previousSecretsValidUntil: previous?.validUntil ?? null,
});

const authViewSchema = z.strictObject(webhookAuthSchema.shape).omit({ versions: true }).extend({
  secrets: z.int(),
  /** Secrets that were replaced, and work as well until then. */
  previousSecrets: z.int(),
  previousSecretsValidUntil: z.string().nullable(),
});

export const webhookViewSchema = z
  .strictObject(webhookSchema.shape)
  .omit({ previousKeys: true, deletedAt: true })
  .extend({
    organizationId: z.string(),
    description: z.string().nullable(),
    auth: authViewSchema.nullable(),
    dedupLabels: z.array(z.string()).nullable(),
    ignoreLabels: z.array(z.string()).nullable(),
    mapping: z.nullable(mappingSchema),
    /** Until then the key before this one works as well. */
    previousKeyValidUntil: z.string().nullable(),
  });
