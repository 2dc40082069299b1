import type { OriginBindings } from '../../ports.ts';
import { createIntegrationStore } from './integration-store.ts';
import type { Table } from './table.ts';

/**
 * A binding changes only with the password, whose secret then names the origins: this one is asked where it names none.
 */
const CACHE_MS = 60_000;

/** Bindings on the rows of integrations. */
export function createOriginBindings(table: Table, now: () => number = Date.now): OriginBindings {
  const { get, bindFirst } = createIntegrationStore(table);
  const known = new Map<string, { origins: readonly string[]; readAt: number }>();
  return {
    async originsOf(integrationId, asked) {
      const cached = known.get(integrationId);
      if (cached && now() - cached.readAt < CACHE_MS) return cached.origins;
      const bound = (await get(integrationId))?.binding ?? (await bindFirst(integrationId, asked));
      if (!bound) return [];
      known.set(integrationId, { origins: bound.origins, readAt: now() });
      return bound.origins;
    },
  };
}
