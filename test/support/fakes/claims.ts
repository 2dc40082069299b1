import type { CreationClaims } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Remembers claims for a minute of the clock that they are made with. */
export function fakeClaims(): CreationClaims {
  const claims = new Map<string, { id: string; atMs: number }>();
  const put = (creation: string, id: string, at: Date): string => {
    claims.set(creation, { id, atMs: at.getTime() });
    return id;
  };
  return late<CreationClaims>({
    async claim(creation, id, at) {
      const claim = claims.get(creation);
      return claim && at.getTime() - claim.atMs < 60_000 ? claim.id : put(creation, id, at);
    },
    async renew(creation, before, id, at) {
      const claim = claims.get(creation);
      return claim && claim.id !== before ? claim.id : put(creation, id, at);
    },
  });
}
