import type { OriginBindings } from '../../ports.ts';
import { createIntegrationStore } from './integration-store.ts';
import type { Table } from './table.ts';

/**
 * Bindings on the rows of integrations. Read anew for each call of a server, 4 ms: an origin that its owner has taken
 * away is sent nothing from then on, however long a container keeps the password.
 */
export function createOriginBindings(table: Table): OriginBindings {
  const { get, bindFirst } = createIntegrationStore(table);
  return {
    async originsOf(integrationId, asked) {
      const bound = (await get(integrationId))?.binding ?? (await bindFirst(integrationId, asked));
      return bound?.origins ?? [];
    },

    isOfFirstRule: async (integrationId) => (await get(integrationId))?.binding?.from === 'first_rule',
  };
}
