import {
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { headerSecretName, integrationSecretName } from '../../contract/environment.ts';
import { type Credentials, credentialsSchema, type ServerCredentials } from '../../domain/rule/integration.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { CredentialsReader, CredentialsWriter } from '../../ports.ts';
import { secretsManagerClient } from '../clients/secrets-manager.ts';
import { createSecret, isGone, parseSecret, removeSecret } from './secret.ts';

/** A rotated password is noticed by its 401 (`fresh`), an origin that was taken away by the integration's row. */
const CACHE_MS = 60_000;

/** Basic-auth credentials of the integrations, one secret each under `prefix`; `keyArn` is of their KMS key. */
export function connectCredentials(
  prefix: string,
  client = secretsManagerClient(),
  now: () => number = Date.now,
  keyArn = '',
): CredentialsReader & CredentialsWriter {
  const cache = new Map<string, { credentials: ServerCredentials; readAt: number }>();

  const remember = (integrationId: string, credentials: ServerCredentials): ServerCredentials => {
    cache.set(integrationId, { credentials, readAt: now() });
    return credentials;
  };

  return {
    async read(integrationId, { fresh = false } = {}) {
      const cached = cache.get(integrationId);
      if (cached && !fresh && now() - cached.readAt < CACHE_MS) return cached.credentials;
      const credentials = await fetchCredentials(client, integrationSecretName(prefix, integrationId), integrationId);
      const headerValues: Record<string, string> = {};
      for (const header of credentials.headers ?? []) {
        headerValues[header] = await fetchSecret(
          client,
          headerSecretName(prefix, integrationId, header),
          integrationId,
        );
      }
      return remember(integrationId, { ...credentials, ...(credentials.headers && { headerValues }) });
    },

    async write(integrationId, credentials, { values, dropped } = { values: {}, dropped: [] }) {
      // The values first: the names say that they are there.
      for (const [header, value] of Object.entries(values)) {
        if (value !== null) await putSecret(client, headerSecretName(prefix, integrationId, header), value, keyArn);
      }
      const headers = Object.keys(values);
      const stored: Credentials = { ...credentials, ...(headers.length > 0 && { headers }) };
      await putSecret(client, integrationSecretName(prefix, integrationId), JSON.stringify(stored), keyArn);
      if (headers.length === 0) remember(integrationId, credentials);
      else cache.delete(integrationId);
      for (const header of dropped) await removeSecret(client, headerSecretName(prefix, integrationId, header));
    },

    async remove(integrationId, headers = []) {
      cache.delete(integrationId);
      await removeSecret(client, integrationSecretName(prefix, integrationId));
      for (const header of headers) await removeSecret(client, headerSecretName(prefix, integrationId, header));
    },
  };
}

async function putSecret(
  client: SecretsManagerClient,
  name: string,
  SecretString: string,
  keyArn: string,
): Promise<void> {
  try {
    await createSecret(client, { Name: name, SecretString }, keyArn);
  } catch (error) {
    // InvalidRequestException: the secret of this name is marked for deletion.
    if (error instanceof InvalidRequestException) await client.send(new RestoreSecretCommand({ SecretId: name }));
    else if (!(error instanceof ResourceExistsException)) throw error;
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
  }
}

async function fetchSecret(client: SecretsManagerClient, SecretId: string, integrationId: string): Promise<string> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId })).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  if (answer?.SecretString !== undefined) return answer.SecretString;
  throw new TaskError(
    'CredentialsRejected',
    `No password is stored for integration ${integrationId}, or no value of one of its headers. Store its apiKey again with the management API.`,
  );
}

async function fetchCredentials(
  client: SecretsManagerClient,
  name: string,
  integrationId: string,
): Promise<Credentials> {
  const credentials = credentialsSchema.safeParse(parseSecret(await fetchSecret(client, name, integrationId)));
  if (!credentials.success) {
    throw new TaskError(
      'CredentialsRejected',
      `The secret of integration ${integrationId} is not {"username","password","origins","headers"}. Store its apiKey again with the management API.`,
    );
  }
  return credentials.data;
}
