import {
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { webhookSecretName } from '../../contract/environment.ts';
import { versionLabel, type WebhookSecret, webhookSecretSchema } from '../../domain/signature/auth.ts';
import type { WebhookSecretReader, WebhookSecretWriter } from '../../ports.ts';
import { secretsManagerClient } from '../clients/secrets-manager.ts';
import { createSecret, isGone, parseSecret, removeSecret } from './secret.ts';

/** A version never changes; this only bounds how long one that was deleted goes on working. */
const CACHE_MS = 60_000;
/** Of the cache, so that a container that meets many webhooks does not grow. */
const CACHED_VERSIONS = 1_000;

/** Versions of the secrets that senders of webhooks sign with, read by their id. */
export function connectWebhookSecretReader(
  prefix: string,
  client = secretsManagerClient(),
  now: () => number = Date.now,
): WebhookSecretReader {
  const cache = new Map<string, { secret: WebhookSecret; readAt: number }>();
  return {
    async read(webhookId, versionId) {
      const key = `${webhookId}/${versionId}`;
      const cached = cache.get(key);
      if (cached && now() - cached.readAt < CACHE_MS) return cached.secret;
      cache.delete(key);
      const secret = await fetchVersion(client, webhookSecretName(prefix, webhookId), versionId);
      if (cache.size >= CACHED_VERSIONS) cache.clear();
      if (secret) cache.set(key, { secret, readAt: now() });
      return secret;
    },
  };
}

async function fetchVersion(
  client: SecretsManagerClient,
  SecretId: string,
  VersionId: string,
): Promise<WebhookSecret | undefined> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId, VersionId })).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  return answer && parse(answer.SecretString);
}

/** Errors of the parsers would quote the secret. */
function parse(text: string | undefined): WebhookSecret {
  const secret = webhookSecretSchema.safeParse(parseSecret(text));
  if (!secret.success) throw new Error('The secret of a webhook is not {"secrets":[...]}');
  return secret.data;
}

/** Writes them, under the KMS key `keyArn`; never reads one back. */
export const connectWebhookSecretWriter = (
  prefix: string,
  client = secretsManagerClient(),
  keyArn = '',
): WebhookSecretWriter => ({
  async write(webhookId, versionId, secret) {
    const SecretId = webhookSecretName(prefix, webhookId);
    const put = new PutSecretValueCommand({
      SecretId,
      SecretString: JSON.stringify(secret),
      // It becomes the version's id; the same token and value once more change nothing.
      ClientRequestToken: versionId,
      VersionStages: ['AWSCURRENT', versionLabel(versionId)],
    });
    try {
      await client.send(put);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) await createEmpty(client, SecretId, keyArn);
      // It is marked for deletion.
      else if (error instanceof InvalidRequestException) await client.send(new RestoreSecretCommand({ SecretId }));
      else throw error;
      await client.send(put);
    }
  },

  remove: (webhookId) => removeSecret(client, webhookSecretName(prefix, webhookId)),
});

/** Without a version: a creation cannot give its version a label. */
async function createEmpty(client: SecretsManagerClient, Name: string, keyArn: string): Promise<void> {
  try {
    await createSecret(client, { Name }, keyArn);
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
  }
}
