import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { secretsManagerClient } from '../clients/secrets-manager.ts';

const KEPT_MS = 300_000;

/** The base64 alphabet, 24 bytes and more, as Standard Webhooks asks for; while a key is rotated, the new one first. */
const keysSchema = z.string().regex(/^((whsec_)?[A-Za-z0-9+/]{32,}={0,2}( |$)){1,2}$/);

/** The keys that calls of webhook rules are signed with. Cached for minutes, so that they can be rotated. */
export function connectSigningKeys(
  secretArn: string,
  client = secretsManagerClient(),
  now: () => number = Date.now,
): () => Promise<string[]> {
  let cached: { keys: string[]; until: number } | undefined;
  return async () => {
    if (cached && cached.until > now()) return cached.keys;
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    const parsed = keysSchema.safeParse(SecretString);
    if (!parsed.success)
      throw new Error('The signing secret must be one key or two, each whsec_ and at least 32 characters of base64');
    const keys = parsed.data
      .trim()
      .split(' ')
      .map((key) => key.replace(/^whsec_/, ''));
    cached = { keys, until: now() + KEPT_MS };
    return keys;
  };
}
