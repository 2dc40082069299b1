import type { Catalogue } from '../../domain/catalogue/catalogue.ts';
import type { CatalogueStore } from '../../ports.ts';

/** All versions of the catalogue, in their order. */
export const memoryCatalogue = (versions: Catalogue[]): CatalogueStore => ({
  get: async (version) => versions[version - 1],
  current: async () => versions.at(-1),
  async put(_, catalogue) {
    if (catalogue.version !== versions.length + 1) return false;
    versions.push(catalogue);
    return true;
  },
});
