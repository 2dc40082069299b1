import * as z from 'zod';
import { repositoryGuardSchema } from '../../domain/repository/repository-guard.ts';
import type { RepositoryGuards } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow, swapRow } from './rows.ts';
import type { Table } from './table.ts';

const rowSchema = z.object({ ...repositoryGuardSchema.shape, version: z.number().int() });

/** One row for each repository of a server. It is kept: what was accepted stays so. */
export const createRepositoryGuards = (table: Table): RepositoryGuards => ({
  async read(id) {
    const row = await getRow(table, keys.repository(id));
    if (!row) return { guard: undefined, version: 0 };
    const { version, ...guard } = rowSchema.parse(row);
    return { guard, version };
  },

  write: (id, guard, version) => swapRow(table, keys.repository(id), guard, version),
});
