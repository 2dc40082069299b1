import * as z from 'zod';
import { type ReasonCode, type ReasonCounts, reasonCodes } from '../../contract/reason-codes.ts';
import { type LedgerSums, sumsOf } from '../../domain/decision/ledger.ts';
import { partsOf } from '../../domain/task/parts.ts';
import { batchGet, KEYS_PER_BATCH } from './batch-get.ts';
import { keys, LEDGER_PARTS } from './keys.ts';
import { queryPartition } from './query.ts';
import type { Row } from './rows.ts';
import type { Table } from './table.ts';

const reasonsSchema = z.partialRecord(z.enum(reasonCodes), z.number().int());
const deliverySchema = z.object({
  partOf: z.string().optional(),
  entries: z.number().int(),
  decisions: z.number().int(),
  reasons: reasonsSchema.optional(),
});
const moveSchema = z.object({ reasons: reasonsSchema });
const sumSchema = z.record(z.string(), z.number().int());

/** The sums of a relay's day: one call, and one for what was written before there were sums. */
export async function readSums(table: Table, relayId: string, day: string): Promise<LedgerSums[]> {
  const parts = Array.from({ length: LEDGER_PARTS }, (_, part) => keys.ledgerSum(relayId, day, part));
  const [rows, older] = await Promise.all([batchGet(table, parts), readOlder(table, relayId, day)]);
  return [addedUp(rows), older];
}

/** One move that was replaced may stand in one part with what it was, and in another with the difference. */
function addedUp(rows: Row[]): LedgerSums {
  const sums: Record<string, number> = {};
  for (const { pk, sk, expiresAt, ...row } of rows) {
    for (const [name, count] of Object.entries(sumSchema.parse(row))) sums[name] = (sums[name] ?? 0) + count;
  }
  const { deliveries = 0, entries = 0, accepted = 0 } = sums;
  const reasons = reasonCodes.map((reason) => [reason, sums[keys.ledgerReason(reason)] ?? 0] as const);
  const pairs = reasonCodes.flatMap((from) => reasonCodes.map((to) => [from, to] as const));
  const moves = pairs.flatMap(([from, to]): ReasonCounts[] => {
    const amount = sums[keys.ledgerMove(from, to)] ?? 0;
    return amount > 0 ? [movesOf(from, to, amount)] : [];
  });
  const counted = reasons.filter(([, count]) => count !== 0);
  return { deliveries, entries, accepted, reasons: Object.fromEntries(counted), moves };
}

const movesOf = (from: ReasonCode, to: ReasonCode, amount: number): ReasonCounts => ({ [from]: -amount, [to]: amount });

/** Rows of a day that began under the release before. What has an account since is left out: the sums have it. */
async function readOlder(table: Table, relayId: string, day: string): Promise<LedgerSums> {
  const rows = await queryPartition(table, keys.ledgerPartition(relayId, day));
  const isMove = ({ sk }: Row) => String(sk).startsWith('MOVE#');
  const open = rows.filter((row) => isMove(row) || row.reasons === undefined).map(({ sk }) => String(sk));
  const followed = await accountsOf(table, relayId, day, open);
  const standing = rows.filter(({ sk }) => !followed.has(String(sk)));
  return sumsOf(
    standing.filter((row) => !isMove(row)).map((row) => deliverySchema.parse(row)),
    standing.filter(isMove).map((row) => moveSchema.parse(row).reasons),
  );
}

async function accountsOf(table: Table, relayId: string, day: string, names: string[]): Promise<Set<string>> {
  const keyOf = (name: string) => keys.ledgerAccount(relayId, day, name);
  const found = new Set<unknown>();
  for (const part of partsOf(names, KEYS_PER_BATCH)) {
    for (const { pk } of await batchGet(table, part.map(keyOf), ['pk'])) found.add(pk);
  }
  return new Set(names.filter((name) => found.has(keyOf(name).pk)));
}
