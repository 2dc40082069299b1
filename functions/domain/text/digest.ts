import { createHash } from 'node:crypto';

/** SHA-256 in 64 hex digits. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** SHA-256 in 32 bytes: texts of any length become comparable in constant time. */
export const sha256Bytes = (data: string): Buffer => createHash('sha256').update(data).digest();

/** The id of what `identity` names, the same each time: the prefix, `_` and 32 hex digits. */
export const hashedId = (prefix: string, identity: string): string => `${prefix}_${sha256(identity).slice(0, 32)}`;
