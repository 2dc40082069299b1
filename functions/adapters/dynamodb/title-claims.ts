import * as z from 'zod';
import type { TitleClaim, TitleClaims } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Condition, getRow, isAbsent, putRow } from './rows.ts';
import type { Table } from './table.ts';

const rowSchema = z.object({ jobId: z.string(), alertId: z.string(), at: z.string(), until: z.string() });

/**
 * One row per relay and normalised title. A claim is given up by nobody: who wants the title looks whether it is over.
 */
export const createTitleClaims = (table: Table): TitleClaims => ({
  async holder(relayId, title) {
    const row = await getRow(table, keys.title(relayId, title));
    return row && rowSchema.parse(row);
  },

  claim: (relayId, title, claim, before) =>
    putRow(
      table,
      { ...keys.title(relayId, title), ...claim, expiresAt: Math.ceil(Date.parse(claim.until) / 1_000) },
      before === undefined ? isAbsent : isHeldBy(before),
    ),
});

const isHeldBy = ({ jobId, at }: TitleClaim): Condition => ({
  expression: 'attribute_not_exists(pk) OR (jobId = :jobId AND #at = :at)',
  names: { '#at': 'at' },
  values: { ':jobId': jobId, ':at': at },
});
