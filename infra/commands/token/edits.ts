import { holderOf, type StoredToken, type StoredTokens } from '../../../functions/contract/api-tokens.ts';
import { Failure } from '../failure.ts';

/** A change that is not made; the message says what to do instead. */
export class RefusedEdit extends Failure {}

/** Adds a token. Throws RefusedEdit where the name is taken: its clients would be cut off. */
export function withToken(tokens: StoredTokens, name: string, token: StoredToken): StoredTokens {
  if (Object.hasOwn(tokens, name)) {
    throw new RefusedEdit(`There is a token ${name} already. Revoke it first, or take another name.`);
  }
  return { ...tokens, [name]: token };
}

/**
 * Takes a token away. Throws RefusedEdit where there is none, or where it is the last one that may do everything and
 * `force` is not set.
 */
export function withoutToken(tokens: StoredTokens, name: string, { force }: { force: boolean }): StoredTokens {
  if (!Object.hasOwn(tokens, name)) throw new RefusedEdit(`There is no token ${name}.`);
  const { [name]: _, ...others } = tokens;
  if (!force && anyMayDoAll(tokens) && !anyMayDoAll(others)) {
    throw new RefusedEdit(`${name} is the last token that may do everything. Create another first, or give --force.`);
  }
  return others;
}

const anyMayDoAll = (tokens: StoredTokens): boolean =>
  Object.entries(tokens).some(([name, stored]) => {
    const { role, relayId } = holderOf(name, stored);
    return role === 'admin' && relayId === null;
  });
