import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { TaskError } from '../../domain/task/errors.ts';
import { secretsManagerClient } from '../clients/secrets-manager.ts';
import type { ClientCertificate } from '../http/egress.ts';
import { isGone, parseSecret } from './secret.ts';

/** One that was renewed is in use within this time. */
const KEPT_MS = 300_000;

const certificateSchema = z.object({
  certificate: z.string().includes('-----BEGIN CERTIFICATE-----'),
  key: z.string().regex(/-----BEGIN (?:RSA |EC )?PRIVATE KEY-----/),
});

/**
 * The certificate that servers may ask their client for, from the secret of this name, cached per container for
 * minutes. Undefined where no secret is named. Throws a TaskError that says what has to be in it.
 */
export function connectClientCertificate(
  secretName: string,
  client = secretsManagerClient(),
  now: () => number = Date.now,
): (() => Promise<ClientCertificate>) | undefined {
  if (secretName === '') return undefined;
  let cached: { value: ClientCertificate; text: string; until: number } | undefined;
  return async () => {
    if (cached && cached.until > now()) return cached.value;
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretName })).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
    const text = answer?.SecretString ?? '';
    // Connections are kept for as long as it is the same object.
    const value = cached?.text === text ? cached.value : parse(text, secretName);
    cached = { value, text, until: now() + KEPT_MS };
    return value;
  };
}

/** Errors of the parsers would quote the key. */
function parse(text: string, secretName: string): ClientCertificate {
  const parsed = certificateSchema.safeParse(parseSecret(text));
  if (parsed.success) return parsed.data;
  throw new TaskError(
    'CredentialsRejected',
    `The secret ${secretName} of the client certificate is not {"certificate": PEM, "key": PEM}. Store it in Secrets Manager, the key without a passphrase.`,
  );
}
