import * as z from 'zod';

/** What a token may do, each more than the one before. `admin` alone stores passwords and takes relays out. */
export const tokenRoles = ['read', 'write', 'admin'] as const;
export type TokenRole = (typeof tokenRoles)[number];

/** A token in its secret: its text where it may do everything, as the first one is born. */
const storedTokenSchema = z.union([
  z.string().min(1),
  z.strictObject({ token: z.string().min(1), role: z.enum(tokenRoles), relayId: z.string().min(1).optional() }),
]);
export type StoredToken = z.infer<typeof storedTokenSchema>;

/** The secret with all tokens of the management API, by their names. */
export const storedTokensSchema = z.record(z.string().min(1), storedTokenSchema);
export type StoredTokens = z.infer<typeof storedTokensSchema>;

/** What a caller may do. */
export interface Access {
  role: TokenRole;
  /** The one relay that the caller may see; null: all of them, and what belongs to none. */
  relayId: string | null;
}

export interface TokenHolder extends Access {
  name: string;
}

/** Whoever holds a token, and what he may do with it. */
export function holderOf(name: string, stored: StoredToken): TokenHolder {
  if (typeof stored === 'string') return { name, role: 'admin', relayId: null };
  return { name, role: stored.role, relayId: stored.relayId ?? null };
}
