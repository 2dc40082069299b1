import { timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { sha256Bytes } from '../../domain/text/digest.ts';
import type { ApiTokens, Members } from '../../ports.ts';
import { secretsManagerClient } from '../clients/secrets-manager.ts';
import { parseSecret } from './secret.ts';

/** A removed token is refused within this time. */
const CACHE_MS = 60_000;
/** A new token works at once, and guessing costs no more than one read of the secret in this time. */
const REREAD_MS = 5_000;

const tokensSchema = z.record(z.string().min(1), z.string().min(1));

interface Known {
  tokens: { name: string; digest: Buffer }[];
  readAt: number;
}

/** Tokens of the management API, from the secret that holds them all as `{"name": "token"}`. Only digests are kept. */
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
    async nameOf(token) {
      const digest = sha256Bytes(token);
      const current = known && now() - known.readAt < CACHE_MS ? known : await read();
      const name = find(current, digest);
      if (name !== undefined || now() - current.readAt < REREAD_MS) return name;
      return find(await read(), digest);
    },

    async names() {
      const { tokens } = known && now() - known.readAt < REREAD_MS ? known : await read();
      return tokens.map(({ name }) => name);
    },
  };
}

/** Compares with every token, also after a match, so that the time tells nothing about any of them. */
function find({ tokens }: Known, digest: Buffer): string | undefined {
  let found: string | undefined;
  for (const token of tokens) {
    if (timingSafeEqual(token.digest, digest)) found = token.name;
  }
  return found;
}

function parseTokens(text: string | undefined): Known['tokens'] {
  const tokens = tokensSchema.safeParse(parseSecret(text));
  if (!tokens.success) throw new Error('The secret of the API tokens is not a JSON object of names and tokens');
  return Object.entries(tokens.data).map(([name, token]) => ({ name, digest: sha256Bytes(token) }));
}
