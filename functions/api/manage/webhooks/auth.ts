import {
  type SecretVersion,
  versionLabel,
  type WebhookAuth,
  type WebhookSecret,
} from '../../../domain/signature/auth.ts';
import { sha256 } from '../../../domain/text/digest.ts';
import type { Webhook } from '../../../domain/webhook/webhook.ts';
import type { Clock, WebhookSecretWriter } from '../../../ports.ts';
import { type ApiRefusal, invalid } from '../refusal.ts';
import { slowHash } from '../slow-hash.ts';
import type { AuthInput } from './auth-input.ts';

export interface AuthDeps {
  webhookSecrets: WebhookSecretWriter;
  clock: Pick<Clock, 'now'>;
}

/** Time enough to paste the new secret on the sender's side. */
const DEFAULT_OVERLAP_HOURS = 24;
const MS_PER_HOUR = 3_600_000;
/** An id is hex: that of the salt, then that of the hash. AWS takes 32 to 64 characters. */
const SALT_CHARACTERS = 16;
const HASH_BYTES = 16;

/**
 * What a webhook asks of its senders from now on. A new secret is stored first, as a version that nothing names yet:
 * until the webhook is written, and if it never is, the old one stands alone. Nothing is read back, so a replaced
 * secret lives on as the version that it is.
 */
export async function authOf(deps: AuthDeps, webhook: Webhook, input: AuthInput): Promise<WebhookAuth | ApiRefusal> {
  const { scheme, header, timestampHeader, deliveryHeader, encoding, toleranceSeconds } = input;
  const settings = { scheme, header, timestampHeader, deliveryHeader, encoding, toleranceSeconds };
  // A secret of another scheme proves nothing under this one.
  const stored = webhook.auth?.scheme === scheme ? webhook.auth.versions : [];
  const secret = secretOf(input);
  if (!secret) {
    if (stored.length === 0) return secretRequired();
    // Without a new secret it ends an overlap.
    return { ...settings, versions: input.keepPrevious === false ? stored.slice(0, 1) : stored };
  }
  const version = { id: versionIdOf(webhook, stored[0], secret), secrets: secret.secrets.length };
  await deps.webhookSecrets.write(webhook.id, version.id, secret);
  return { ...settings, versions: [version, ...replacedBy(deps, version.id, stored, input)] };
}

/**
 * The one version that goes on for a while: the current one of before, or, for the same secret again, the one beside
 * it.
 */
function replacedBy(
  { clock }: AuthDeps,
  id: string,
  [current, previous]: SecretVersion[],
  { keepPrevious = true, overlapHours = DEFAULT_OVERLAP_HOURS }: AuthInput,
): SecretVersion[] {
  if (!keepPrevious || overlapHours === 0 || !current) return [];
  if (current.id === id) return previous ? [previous] : [];
  const validUntil = new Date(clock.now().getTime() + overlapHours * MS_PER_HOUR).toISOString();
  return [{ ...current, validUntil }];
}

function secretOf({ secret, secrets = secret === undefined ? [] : [secret], username }: AuthInput) {
  return secrets.length === 0 ? undefined : { ...(username !== undefined && { username }), secrets };
}

/**
 * That of the current version where it holds this secret, so that a request that arrives twice rotates once. Else a new
 * one: of a version that it knows AWS takes nothing, so no two states of a webhook make the same. Its label is of none
 * that lives.
 */
function versionIdOf(webhook: Webhook, current: SecretVersion | undefined, secret: WebhookSecret): string {
  if (current && hashed(webhook, saltIn(current.id), secret) === current.id) return current.id;
  const taken = (webhook.auth?.versions ?? []).map(({ id }) => versionLabel(id));
  for (let tried = 0; ; tried++) {
    const state = JSON.stringify([webhook.updatedAt, tried]);
    const id = hashed(webhook, saltIn(sha256(state)), secret);
    if (!taken.includes(versionLabel(id))) return id;
  }
}

const saltIn = (hex: string): string => hex.slice(0, SALT_CHARACTERS);

/** By a slow hash, for the id stands where a secret does not, and a person may have made the secret up. */
const hashed = ({ id }: Webhook, salt: string, secret: WebhookSecret): string =>
  salt + slowHash(JSON.stringify(secret), id + salt, HASH_BYTES);

const secretRequired = (): ApiRefusal =>
  invalid([
    { path: ['auth', 'secret'], code: 'required', message: 'is required: there is none of this scheme to be kept.' },
  ]);
