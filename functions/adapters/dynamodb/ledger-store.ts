import * as z from 'zod';
import { type ReasonCounts, reasonCodes } from '../../contract/reason-codes.ts';
import { ledgerDayOf, totalOf } from '../../domain/decision/ledger.ts';
import type { Ledger } from '../../ports.ts';
import { keys } from './keys.ts';
import { queryPartition } from './query.ts';
import { type Condition, isAbsent, putRow, type Row } from './rows.ts';
import type { Table } from './table.ts';

/** As long as results and logs are kept by default. */
const KEPT_SECONDS = 90 * 24 * 3_600;

const reasonsSchema = z.partialRecord(z.enum(reasonCodes), z.number().int());
const deliverySchema = z.object({
  partOf: z.string().optional(),
  entries: z.number().int(),
  decisions: z.number().int(),
  reasons: reasonsSchema.optional(),
});
const moveSchema = z.object({ reasons: reasonsSchema });

/**
 * One row per delivery and per move, by name, so that a repeat is the same row: nothing is added up until it is asked
 * for. A day of 10,000 deliveries is 2 MB to read; a delivery costs two writes, however many alerts it brings.
 */
export function createLedger(table: Table): Ledger {
  const put = (row: Row, day: string, condition?: Condition) => {
    const expiresAt = Math.floor(Date.parse(day) / 1_000) + KEPT_SECONDS;
    return putRow(table, { ...row, expiresAt }, condition);
  };

  return {
    async accepted({ relayId, day, deliveryId, ...account }) {
      await put({ ...keys.ledgerDelivery(relayId, day, deliveryId), ...account }, day, isAbsent);
    },

    async decided({ relayId, day, deliveryId, ...decided }) {
      const decisions = totalOf(decided.reasons);
      const row = { ...keys.ledgerDelivery(relayId, day, deliveryId), ...decided, decisions };
      // The first full account is kept: a repeat finds the same decisions, or fewer where moves have been made since.
      await put(row, day, { expression: 'attribute_not_exists(reasons)' });
    },

    async moved({ relayId, day, id, reasons }) {
      await put({ ...keys.ledgerMove(relayId, day, id), reasons }, day);
    },

    async day(relayId, day) {
      const rows = await queryPartition(table, keys.ledgerPartition(relayId, day));
      const isMove = ({ sk }: Record<string, unknown>) => String(sk).startsWith('MOVE#');
      const deliveries = rows.filter((row) => !isMove(row)).map((row) => deliverySchema.parse(row));
      const moves: ReasonCounts[] = rows.filter(isMove).map((row) => moveSchema.parse(row).reasons);
      return ledgerDayOf(deliveries, moves);
    },
  };
}
