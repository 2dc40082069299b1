import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { Failure } from './failure.ts';

/** Label of a version until it is the current one. */
const DRAFT = 'opencode-relay-draft';
/** People edit secrets, a few a day: ten lost races in a row are no accident. */
const TRIES = 10;

/**
 * Replaces the text of a secret by what `edit` makes of it. Of two edits at once none is lost: the new version becomes
 * the current one only if the version that it was made from still is; otherwise the edit is made once more, on top of
 * the other. What `edit` throws ends it, with nothing written.
 */
export async function editSecret(
  client: SecretsManagerClient,
  secret: string,
  edit: (text: string) => string,
): Promise<void> {
  for (let tried = 0; tried < TRIES; tried++) {
    const { text, version } = await readSecret(client, secret);
    const draft = randomUUID();
    await client.send(
      new PutSecretValueCommand({
        SecretId: secret,
        SecretString: edit(text),
        ClientRequestToken: draft,
        VersionStages: [DRAFT],
      }),
    );
    if (await makeCurrent(client, { secret, from: version, to: draft })) return;
  }
  throw new Failure('Others are changing the secret at the same time. Try again.');
}

/** False, and nothing changed, if another version has become the current one meanwhile. */
async function makeCurrent(
  client: SecretsManagerClient,
  { secret, from, to }: { secret: string; from: string | undefined; to: string },
): Promise<boolean> {
  try {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secret,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: to,
        RemoveFromVersionId: from,
      }),
    );
    return true;
  } catch (error) {
    // The label of drafts has moved on to another one's draft, and a version without a label may go.
    if (error instanceof ResourceNotFoundException) return false;
    if (!(error instanceof InvalidParameterException)) throw error;
    if ((await readSecret(client, secret)).version === from) throw error;
    return false;
  }
}

/** The current version. */
export async function readSecret(client: SecretsManagerClient, secret: string) {
  const { SecretString: text = '', VersionId: version } = await client.send(
    new GetSecretValueCommand({ SecretId: secret }),
  );
  return { text, version };
}
