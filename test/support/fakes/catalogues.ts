import type { Catalogue, CatalogueEntry } from '../../../functions/domain/catalogue/catalogue.ts';

/** A stored version with these entries. */
export const sampleCatalogue = (entries: CatalogueEntry[], version = 1): Catalogue => ({
  version,
  entriesJson: JSON.stringify(entries),
  createdBy: 'admin',
  createdAt: '2027-02-01T00:00:00.000Z',
});

/** The entry of a service that is known by its name. */
export const serviceEntry = (name: string, says: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  name,
  match: { field: 'service', equals: name },
  directory: `/srv/${name}`,
  ...says,
});
