import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { reasonCodes } from '../../contract/reason-codes.ts';
import type { LedgerDays } from '../../ports.ts';
import { keys } from './keys.ts';
import { putRow } from './rows.ts';
import type { Table } from './table.ts';

/** This year and the one before, to compare. */
const KEPT_DAYS = 731;

const daySchema = z.object({
  sk: z.iso.date(),
  deliveries: z.number().int(),
  entries: z.number().int(),
  accepted: z.number().int(),
  reasons: z.partialRecord(z.enum(reasonCodes), z.number().int()),
  undecided: z.number().int(),
});

/** One row for a day, all days of a relay in one partition: a year is some 100 KB, which is one page. */
export const createLedgerDays = (table: Table): LedgerDays => ({
  async write(relayId, day, account) {
    const expiresAt = Math.floor(Date.parse(day) / 1_000) + KEPT_DAYS * 86_400;
    await putRow(table, { ...keys.ledgerDay(relayId, day), ...account, expiresAt });
  },

  async list(relayId, from, to) {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': keys.ledgerDay(relayId, from).pk, ':from': from, ':to': to },
      }),
    );
    return z
      .array(daySchema)
      .parse(Items)
      .map(({ sk: day, ...account }) => ({ day, ...account }));
  },
});
