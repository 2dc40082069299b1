import { sha256 } from '../../domain/text/digest.ts';
import type { CreationClaims } from '../../ports.ts';
import { slowHash } from './slow-hash.ts';

/** A creation without an external key, and whether what a repeat finds is still what the first one made. */
interface Creation {
  /** Of caller, operation and body. */
  digest: string;
  freshId: string;
  at: Date;
  /**
   * False once the resource was changed or deleted: whoever did that had the answer, so this is no repeat of the call.
   */
  isUntouched(id: string): Promise<boolean>;
}

/**
 * The id under which a creation is to be made. The public contract sends no idempotency key, and the SDK repeats a call
 * whose answer was lost: the same caller's same creation within a minute is the same resource.
 */
export async function idOfCreation(claims: CreationClaims, creation: Creation): Promise<string> {
  const { digest, freshId, at } = creation;
  const id = await claims.claim(digest, freshId, at);
  if (id === freshId || (await creation.isUntouched(id))) return id;
  return claims.renew(digest, id, freshId, at);
}

export const creationDigest = (...parts: string[]): string => sha256(JSON.stringify(parts));

/** With a password among the parts. */
export const secretCreationDigest = (...parts: string[]): string =>
  slowHash(JSON.stringify(parts), 'opencode-relay creation', 32);
