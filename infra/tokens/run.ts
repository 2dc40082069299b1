import { randomBytes } from 'node:crypto';
import { withoutToken, withToken } from './edits.ts';
import type { TokenOptions } from './options.ts';
import type { TokenPlace } from './place.ts';
import { editTokens, readTokens } from './token-secret.ts';

/** 288 random bits. */
const newToken = (): string => randomBytes(36).toString('base64url');

/** Runs one command and returns what to print. A token's value is in it once: when it is made. */
export async function runToken(
  { command, name, force }: Pick<TokenOptions, 'command' | 'name' | 'force'>,
  { client, secret }: TokenPlace,
): Promise<string> {
  switch (command) {
    case 'list':
      return Object.keys(await readTokens(client, secret))
        .map((each) => `${each}\n`)
        .join('');
    case 'create': {
      const token = newToken();
      await editTokens(client, secret, (tokens) => withToken(tokens, name, token));
      return `${token}\n`;
    }
    case 'revoke':
      await editTokens(client, secret, (tokens) => withoutToken(tokens, name, { force }));
      return `Token ${name} is revoked; the API refuses it within a minute.\n`;
  }
}
