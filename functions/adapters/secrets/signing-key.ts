import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { secretsManagerClient } from '../clients/secrets-manager.ts';

const KEPT_MS = 300_000;

/** The base64 alphabet, 24 bytes and more, as Standard Webhooks asks for. */
const keySchema = z.string().regex(/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/);

/** The key that calls of webhook rules are signed with. Cached per container for minutes, so that it can be rotated. */
export function connectSigningKey(
  secretArn: string,
  client = secretsManagerClient(),
  now: () => number = Date.now,
): () => Promise<string> {
  let cached: { key: string; until: number } | undefined;
  return async () => {
    if (cached && cached.until > now()) return cached.key;
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    const parsed = keySchema.safeParse(SecretString);
    if (!parsed.success) throw new Error('The signing secret must be whsec_ and at least 32 characters of base64');
    const key = parsed.data.replace(/^whsec_/, '');
    cached = { key, until: now() + KEPT_MS };
    return key;
  };
}
