import {
  CreateSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { integrationSecretName } from '../../contract/environment.ts';
import { type Credentials, credentialsSchema } from '../../domain/rule/integration.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { CredentialsReader, CredentialsWriter } from '../../ports.ts';
import { secretsManagerClient } from '../clients/secrets-manager.ts';
import { isGone, parseSecret, removeSecret } from './secret.ts';

/**
 * A rotated password is noticed by its 401 (`fresh`); an origin that was taken away gets the password for so long at
 * most.
 */
const CACHE_MS = 60_000;

/** Basic-auth credentials of the integrations, one secret each under `prefix`. */
export function connectCredentials(
  prefix: string,
  client = secretsManagerClient(),
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
      cache.delete(integrationId);
      await removeSecret(client, integrationSecretName(prefix, integrationId));
    },
  };
}

async function fetchSecret(client: SecretsManagerClient, prefix: string, integrationId: string): Promise<Credentials> {
  const SecretId = integrationSecretName(prefix, integrationId);
  const answer = await client.send(new GetSecretValueCommand({ SecretId })).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  if (!answer) {
    throw new TaskError(
      'CredentialsRejected',
      `No password is stored for integration ${integrationId}. Store its apiKey again with the management API.`,
    );
  }
  const credentials = credentialsSchema.safeParse(parseSecret(answer.SecretString));
  if (!credentials.success) {
    throw new TaskError(
      'CredentialsRejected',
      `The secret of integration ${integrationId} is not {"username","password","origins"}. Store its apiKey again with the management API.`,
    );
  }
  return credentials.data;
}
