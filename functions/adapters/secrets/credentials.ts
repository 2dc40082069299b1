import {
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { headerSecretName, integrationSecretName } from '../../contract/environment.ts';
import {
  type Credentials,
  credentialsSchema,
  PASSWORD_OVERLAP_MS,
  type ServerCredentials,
} from '../../domain/rule/integration.ts';
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
      const name = integrationSecretName(prefix, integrationId);
      const { credentials, since } = await fetchCredentials(client, name, integrationId);
      const isRecent = since !== undefined && now() - since.getTime() < PASSWORD_OVERLAP_MS;
      const previous = isRecent ? await fetchPrevious(client, name, credentials) : undefined;
      const headerValues: Record<string, string> = {};
      for (const header of credentials.headers ?? []) {
        headerValues[header] = await fetchSecret(
          client,
          headerSecretName(prefix, integrationId, header),
          integrationId,
        );
      }
      return remember(integrationId, {
        ...credentials,
        ...(credentials.headers && { headerValues }),
        ...(previous && { previous }),
      });
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
  const { text } = await fetchVersion(client, SecretId, integrationId);
  return text;
}

/** `since`: when the version was made. */
async function fetchVersion(
  client: SecretsManagerClient,
  SecretId: string,
  integrationId: string,
): Promise<{ text: string; since: Date | undefined }> {
  const answer = await answerOf(client, { SecretId });
  if (answer?.SecretString !== undefined) return { text: answer.SecretString, since: answer.CreatedDate };
  throw new TaskError(
    'CredentialsRejected',
    `No password is stored for integration ${integrationId}, or no value of one of its headers. Store its apiKey again with the management API.`,
  );
}

/** Undefined where there is no such secret, or no such version of it. */
async function answerOf(client: SecretsManagerClient, input: GetSecretValueCommandInput) {
  return client.send(new GetSecretValueCommand(input)).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
}

async function fetchCredentials(
  client: SecretsManagerClient,
  name: string,
  integrationId: string,
): Promise<{ credentials: Credentials; since: Date | undefined }> {
  const { text, since } = await fetchVersion(client, name, integrationId);
  const credentials = credentialsSchema.safeParse(parseSecret(text));
  if (!credentials.success) {
    throw new TaskError(
      'CredentialsRejected',
      `The secret of integration ${integrationId} is not {"username","password","origins","headers"}. Store its apiKey again with the management API.`,
    );
  }
  return { credentials: credentials.data, since };
}

/** What stood there before, which Secrets Manager keeps under a label of its own. */
async function fetchPrevious(
  client: SecretsManagerClient,
  SecretId: string,
  current: Credentials,
): Promise<Credentials | undefined> {
  const answer = await answerOf(client, { SecretId, VersionStage: 'AWSPREVIOUS' });
  const { data } = credentialsSchema.safeParse(parseSecret(answer?.SecretString));
  return data?.username === current.username && data.password === current.password ? undefined : data;
}
