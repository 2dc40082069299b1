import { timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { holderOf, storedTokensSchema, type TokenHolder } from '../../contract/api-tokens.ts';
import { sha256Bytes } from '../../domain/text/digest.ts';
import type { ApiTokens, Members } from '../../ports.ts';
import { secretsManagerClient } from '../clients/secrets-manager.ts';
import { parseSecret } from './secret.ts';

/** A removed token is refused within this time. */
const CACHE_MS = 60_000;
/** A new token works at once, and guessing costs no more than one read of the secret in this time. */
const REREAD_MS = 5_000;

interface Known {
  tokens: { holder: TokenHolder; digest: Buffer }[];
  readAt: number;
}

/** Tokens of the management API, from the secret that holds them all by their names. Only digests are kept. */
export function connectApiTokens(
  secretArn: string,
  client = secretsManagerClient(),
  now: () => number = Date.now,
): ApiTokens & Members {
  let known: Known | undefined;

  const read = async (): Promise<Known> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    known = { tokens: parseTokens(SecretString), readAt: now() };
    return known;
  };

  return {
    async holderOf(token) {
      const digest = sha256Bytes(token);
      const current = known && now() - known.readAt < CACHE_MS ? known : await read();
      const holder = find(current, digest);
      if (holder || now() - current.readAt < REREAD_MS) return holder;
      return find(await read(), digest);
    },

    async holders() {
      const { tokens } = known && now() - known.readAt < REREAD_MS ? known : await read();
      return tokens.map(({ holder }) => holder);
    },
  };
}

/** Compares with every token, also after a match, so that the time tells nothing about any of them. */
function find({ tokens }: Known, digest: Buffer): TokenHolder | undefined {
  let found: TokenHolder | undefined;
  for (const token of tokens) {
    if (timingSafeEqual(token.digest, digest)) found = token.holder;
  }
  return found;
}

function parseTokens(text: string | undefined): Known['tokens'] {
  const tokens = storedTokensSchema.safeParse(parseSecret(text));
  if (!tokens.success) throw new Error('The secret of the API tokens is not a JSON object of names and tokens');
  return Object.entries(tokens.data).map(([name, stored]) => ({
    holder: holderOf(name, stored),
    digest: sha256Bytes(typeof stored === 'string' ? stored : stored.token),
  }));
}
