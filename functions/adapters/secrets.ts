import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { integrationSecretName } from '../contract/environment.ts';
import { TaskError } from '../domain/errors.ts';
import { type Credentials, credentialsSchema } from '../domain/integration.ts';
import type { CredentialsReader, CredentialsWriter } from '../ports.ts';

/** A rotated password is noticed by its 401 (`fresh`); this only bounds how long an unused one stays in memory. */
const CACHE_MS = 5 * 60_000;

/** The shortest that AWS takes. */
const RECOVERY_DAYS = 7;

const secretText = z.string().transform((text, context) => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the text.
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

/** Basic-auth credentials of the integrations, one secret each under `prefix`. */
export function connectCredentials(
  prefix: string,
  client = new SecretsManagerClient(),
  now: () => number = Date.now,
): CredentialsReader & CredentialsWriter {
  const cache = new Map<string, { credentials: Credentials; readAt: number }>();

  const remember = (integrationId: string, credentials: Credentials): Credentials => {
    cache.set(integrationId, { credentials, readAt: now() });
    return credentials;
  };

  return {
    async read(integrationId, { fresh = false } = {}) {
      const cached = cache.get(integrationId);
      if (cached && !fresh && now() - cached.readAt < CACHE_MS) return cached.credentials;
      return remember(integrationId, await fetchSecret(client, prefix, integrationId));
    },

    async write(integrationId, credentials) {
      const name = integrationSecretName(prefix, integrationId);
      const SecretString = JSON.stringify(credentials);
      try {
        await client.send(new CreateSecretCommand({ Name: name, SecretString }));
      } catch (error) {
        // InvalidRequestException: the secret of this name is marked for deletion.
        if (error instanceof InvalidRequestException) await client.send(new RestoreSecretCommand({ SecretId: name }));
        else if (!(error instanceof ResourceExistsException)) throw error;
        await client.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
      }
      remember(integrationId, credentials);
    },

    async remove(integrationId) {
      const SecretId = integrationSecretName(prefix, integrationId);
      cache.delete(integrationId);
      try {
        await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: RECOVERY_DAYS }));
      } catch (error) {
        // Gone, or marked for deletion already.
        if (!(error instanceof ResourceNotFoundException || error instanceof InvalidRequestException)) throw error;
      }
    },
  };
}

async function fetchSecret(client: SecretsManagerClient, prefix: string, integrationId: string): Promise<Credentials> {
  const SecretId = integrationSecretName(prefix, integrationId);
  const answer = await client.send(new GetSecretValueCommand({ SecretId })).catch((error: unknown) => {
    // InvalidRequestException: the secret is marked for deletion.
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return undefined;
    throw error;
  });
  if (!answer) {
    throw new TaskError(
      'CredentialsRejected',
      `No password is stored for integration ${integrationId}. Store its apiKey again with the management API.`,
    );
  }
  const credentials = secretText.pipe(credentialsSchema).safeParse(answer.SecretString);
  if (!credentials.success) {
    throw new TaskError(
      'CredentialsRejected',
      `The secret of integration ${integrationId} is not {"username","password"}. Store its apiKey again with the management API.`,
    );
  }
  return credentials.data;
}
