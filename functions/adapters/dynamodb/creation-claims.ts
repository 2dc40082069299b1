import * as z from 'zod';
import type { CreationClaims } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Condition, createOrGetRow } from './rows.ts';
import type { Table } from './table.ts';

/**
 * The SDK gives a call up after 10 s, its tries among them, and the last one may run for 10 s more. A person who tries
 * again by hand is slower.
 */
const WINDOW_MS = 60_000;

const rowSchema = z.object({ resourceId: z.string() });

/**
 * One row per creation, by its digest. The minute begins with the first one and is part of the row, so there is no edge
 * between two windows at which a repeat could slip through.
 */
export function createCreationClaims(table: Table): CreationClaims {
  const put = async (creation: string, resourceId: string, at: Date, condition: Condition): Promise<string> => {
    const claimedAtMs = at.getTime();
    const expiresAt = Math.ceil((claimedAtMs + WINDOW_MS) / 1_000);
    const row = { resourceId, claimedAtMs, expiresAt };
    return rowSchema.parse(await createOrGetRow(table, keys.creation(creation), row, condition)).resourceId;
  };
  return {
    claim: (creation, id, at) =>
      put(creation, id, at, {
        expression: 'attribute_not_exists(pk) OR claimedAtMs <= :oldest',
        values: { ':oldest': at.getTime() - WINDOW_MS },
      }),
    renew: (creation, before, id, at) =>
      put(creation, id, at, {
        expression: 'attribute_not_exists(pk) OR resourceId = :before',
        values: { ':before': before },
      }),
  };
}
