import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { decisionSchema } from '../../domain/decision/decision.ts';
import type { DecisionMove } from '../../ports.ts';
import { count } from './decision-count.ts';
import { keys } from './keys.ts';
import { createLedger } from './ledger-store.ts';
import { getRow } from './rows.ts';
import { type Table, written } from './table.ts';

const rowSchema = decisionSchema.pick({ count: true, lastDeliveryId: true, followedBy: true }).loose();

/**
 * Three writes, each of which changes nothing when it is made again: the new decision is counted under the name of the
 * move, the ledger gets a row by that name, and last the old decision is marked. Until then a repeat does what is
 * missing.
 */
export async function moveDecision(table: Table, { from, day, ...decision }: DecisionMove): Promise<boolean> {
  const { alertId, ruleId, relayId, reason } = decision;
  const Key = keys.decision(alertId, ruleId, from);
  const row = await getRow(table, Key);
  const before = row && rowSchema.parse(row);
  if (!before || before.followedBy !== undefined) return false;
  const amount = before.count;
  await count(table, {
    decision: { ...decision, lastDeliveryId: before.lastDeliveryId },
    token: `move#${from}`,
    amount,
    ...(reason === 'paused' && { list: 'PAUSED' }),
  });
  const id = `${alertId}#${ruleId}#${from}`;
  await createLedger(table).moved({ relayId, day, id, reasons: { [from]: -amount, [reason]: amount } });
  const mark = new UpdateCommand({
    TableName: table.name,
    Key,
    UpdateExpression: 'SET followedBy = :reason REMOVE listPk, listSk',
    ConditionExpression: 'attribute_not_exists(followedBy)',
    ExpressionAttributeValues: { ':reason': reason },
  });
  return written(table.client.send(mark));
}
