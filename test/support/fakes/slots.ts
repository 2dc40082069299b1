import { noSlots, type Slots } from '../../../functions/domain/decision/slots.ts';
import type { SlotStore } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Places by integration, under the rules of the port. `reads` and `writes` are counted. */
export function fakeSlots() {
  const rows = new Map<string, { slots: Slots; version: number }>();
  const counted = { reads: 0, writes: 0 };
  const store: SlotStore = late<SlotStore>({
    async read(integrationId) {
      counted.reads++;
      return rows.get(integrationId) ?? { slots: noSlots, version: 0 };
    },
    async write(integrationId, slots, version) {
      if ((rows.get(integrationId)?.version ?? 0) !== version) return false;
      counted.writes++;
      rows.set(integrationId, { slots, version: version + 1 });
      return true;
    },
  });
  return { store, counted, slotsOf: (integrationId: string) => rows.get(integrationId)?.slots ?? noSlots };
}
