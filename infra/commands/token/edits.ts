import { Failure } from '../failure.ts';
import type { Tokens } from './token-secret.ts';

/** A change that is not made; the message says what to do instead. */
export class RefusedEdit extends Failure {}

/** Adds a token. Throws RefusedEdit where the name is taken: its clients would be cut off. */
export function withToken(tokens: Tokens, name: string, token: string): Tokens {
  if (Object.hasOwn(tokens, name)) {
    throw new RefusedEdit(`There is a token ${name} already. Revoke it first, or take another name.`);
  }
  return { ...tokens, [name]: token };
}

/** Takes a token away. Throws RefusedEdit where there is none, or where it is the last one and `force` is not set. */
export function withoutToken(tokens: Tokens, name: string, { force }: { force: boolean }): Tokens {
  if (!Object.hasOwn(tokens, name)) throw new RefusedEdit(`There is no token ${name}.`);
  const { [name]: _, ...others } = tokens;
  if (Object.keys(others).length === 0 && !force) {
    throw new RefusedEdit(
      `${name} is the last token: nobody could use the API. Create another first, or give --force.`,
    );
  }
  return others;
}
