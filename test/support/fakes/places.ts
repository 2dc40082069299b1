import { noPlaces, type Places } from '../../../functions/domain/decision/places.ts';
import type { PlaceStore } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Places by integration, under the rules of the port. `reads` and `writes` are counted. */
export function fakePlaces() {
  const rows = new Map<string, { places: Places; version: number }>();
  const counted = { reads: 0, writes: 0 };
  const store: PlaceStore = late<PlaceStore>({
    async read(integrationId) {
      counted.reads++;
      return rows.get(integrationId) ?? { places: noPlaces, version: 0 };
    },
    async write(integrationId, places, version) {
      if ((rows.get(integrationId)?.version ?? 0) !== version) return false;
      counted.writes++;
      rows.set(integrationId, { places, version: version + 1 });
      return true;
    },
  });
  return { store, counted, placesOf: (integrationId: string) => rows.get(integrationId)?.places ?? noPlaces };
}
