import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type StoredTokens, storedTokensSchema } from '../../../functions/contract/api-tokens.ts';
import { Failure } from '../failure.ts';
import { parseJson } from '../json.ts';

/** Label of a version until it is the current one. */
const DRAFT = 'opencode-relay-draft';
/** People edit tokens, a few a day: ten lost races in a row are no accident. */
const TRIES = 10;

/**
 * The tokens of the API, as they are now. Throws, without a word of what it read, where the secret is something else.
 */
export const readTokens = async (client: SecretsManagerClient, secret: string): Promise<StoredTokens> =>
  (await readCurrent(client, secret)).tokens;

/**
 * Replaces the tokens by what `edit` makes of them. Of two edits at once none is lost: the new version becomes the
 * current one only if the version that it was made from still is; otherwise the edit is made once more, on top of the
 * other. What `edit` throws ends it, with nothing written.
 */
export async function editTokens(
  client: SecretsManagerClient,
  secret: string,
  edit: (tokens: StoredTokens) => StoredTokens,
): Promise<void> {
  for (let tried = 0; tried < TRIES; tried++) {
    const { tokens, version } = await readCurrent(client, secret);
    const draft = randomUUID();
    await client.send(
      new PutSecretValueCommand({
        SecretId: secret,
        SecretString: JSON.stringify(edit(tokens)),
        ClientRequestToken: draft,
        VersionStages: [DRAFT],
      }),
    );
    if (await makeCurrent(client, { secret, from: version, to: draft })) return;
  }
  throw new Failure('Others are changing the tokens at the same time. Try again.');
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
    if ((await readCurrent(client, secret)).version === from) throw error;
    return false;
  }
}

async function readCurrent(client: SecretsManagerClient, secret: string) {
  const { SecretString = '', VersionId } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  const tokens = storedTokensSchema.safeParse(parseJson(SecretString));
  if (!tokens.success) throw new Failure('The secret is not a JSON object of names and tokens');
  return { tokens: tokens.data, version: VersionId };
}
