import * as z from 'zod/mini';
import { type HookStrength, hookStrengths } from '../../contract/alert.ts';

/** How the sender of a webhook proves who it is. The first eight sign each delivery, the others show their secret. */
export const authSchemes = [
  'sentry',
  'pagerduty',
  'grafana',
  'standard_webhooks',
  'github',
  'timestamp_body',
  'rootly',
  'slack',
  'basic',
  'bearer',
  'header',
] as const;
export type AuthScheme = (typeof authSchemes)[number];

const shownSecrets: readonly AuthScheme[] = ['basic', 'bearer', 'header'];

/** How strong a hook is that asks for this. */
export function hookStrength(auth: Pick<WebhookAuth, 'scheme'> | undefined): HookStrength {
  if (!auth) return 'address';
  return shownSecrets.includes(auth.scheme) ? 'secret' : 'signature';
}

/** Whether what asks for the one lets in what the other would not. */
export const isWeaker = (one: HookStrength, other: HookStrength): boolean =>
  hookStrengths.indexOf(one) < hookStrengths.indexOf(other);

/** How far the time of sending may lie from ours, either way. What Standard Webhooks, Svix and Slack prescribe. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

/** As a webhook keeps it. Header names are in lower case; what is absent is as the scheme's preset has it. */
export const webhookAuthSchema = z.strictObject({
  scheme: z.enum(authSchemes),
  /** Holds the signature or the secret. */
  header: z.optional(z.string()),
  /** Holds the time of sending, which is signed. */
  timestampHeader: z.optional(z.string()),
  /** Holds the id of the delivery. */
  deliveryHeader: z.optional(z.string()),
  encoding: z.optional(z.enum(['hex', 'base64'])),
  toleranceSeconds: z.optional(z.int()),
  /**
   * Versions of the secret in Secrets Manager that are accepted: the current one, then one that was replaced and is
   * still valid until then. `secrets` is how many it holds.
   */
  versions: z
    .array(z.strictObject({ id: z.string(), secrets: z.int(), validUntil: z.optional(z.iso.datetime()) }))
    .check(z.minLength(1)),
});
export type WebhookAuth = z.infer<typeof webhookAuthSchema>;
export type SecretVersion = WebhookAuth['versions'][number];

/** Most secrets that one version holds: the sender's current one and the next. */
export const MAX_SECRETS = 2;

/** One version as it lies in Secrets Manager. `username` is for Basic auth. */
export const webhookSecretSchema = z.strictObject({
  username: z.optional(z.string()),
  secrets: z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(MAX_SECRETS)),
});
export type WebhookSecret = z.infer<typeof webhookSecretSchema>;

/**
 * The staging label of a version. AWS may delete one without a label, and takes 20 labels at most in a secret: so
 * versions share 16, by their last hex digit, and a new version never takes the label of one that its webhook names.
 */
export const versionLabel = (versionId: string): string => `live-${versionId.slice(-1)}`;

/** The versions that are valid at `now`, the current one first. */
export const liveVersions = ({ versions }: WebhookAuth, now: Date): SecretVersion[] =>
  versions.filter(({ validUntil }) => validUntil === undefined || Date.parse(validUntil) > now.getTime());
