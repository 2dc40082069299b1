import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type StoredTokens, storedTokensSchema } from '../../../functions/contract/api-tokens.ts';
import { Failure } from '../failure.ts';
import { parseJson } from '../json.ts';
import { editSecret, readSecret } from '../secret.ts';

/**
 * The tokens of the API, as they are now. Throws, without a word of what it read, where the secret is something else.
 */
export const readTokens = async (client: SecretsManagerClient, secret: string): Promise<StoredTokens> =>
  parse((await readSecret(client, secret)).text);

/** Replaces the tokens by what `edit` makes of them. What it throws ends it, with nothing written. */
export const editTokens = (
  client: SecretsManagerClient,
  secret: string,
  edit: (tokens: StoredTokens) => StoredTokens,
): Promise<void> => editSecret(client, secret, (text) => JSON.stringify(edit(parse(text))));

function parse(text: string): StoredTokens {
  const tokens = storedTokensSchema.safeParse(parseJson(text));
  if (!tokens.success) throw new Failure('The secret is not a JSON object of names and tokens');
  return tokens.data;
}
