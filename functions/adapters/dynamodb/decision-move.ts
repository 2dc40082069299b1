import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { decisionSchema } from '../../domain/decision/decision.ts';
import type { DecisionMove } from '../../ports.ts';
import { count, listOf } from './decision-count.ts';
import { keys } from './keys.ts';
import { createLedger } from './ledger-store.ts';
import { getRow, setAttributes } from './rows.ts';
import { type Table, written } from './table.ts';

const rowSchema = decisionSchema.pick({ count: true, moved: true, lastDeliveryId: true, followedBy: true }).loose();

/**
 * Three writes, each of which changes nothing when it is made again: the new decision is counted under the name of the
 * move, the ledger gets a row by that name, and last the old decision is marked. Until then a repeat does what is
 * missing. A row that stood again after it was followed moves what has come since, under a name of its own.
 */
export async function moveDecision(
  table: Table,
  { from, countedAs = from, day, ...decision }: DecisionMove,
): Promise<boolean> {
  const { alertId, ruleId, relayId, reason } = decision;
  const Key = keys.decision(alertId, ruleId, from);
  const row = await getRow(table, Key);
  const before = row && rowSchema.parse(row);
  if (!before || before.followedBy !== undefined) return false;
  const { moved = 0, count: counted } = before;
  const amount = counted - moved;
  const generation = moved === 0 ? from : `${from}#${moved}`;
  const tellLedger = async (name: string): Promise<void> => {
    if (countedAs === reason) return;
    const reasons = { [countedAs]: -amount, [reason]: amount };
    await createLedger(table).moved({ relayId, day, id: `${alertId}#${ruleId}#${name}`, reasons });
  };
  if (reason === from) {
    const { sentence, jobId, stormId, lastAt } = decision;
    await tellLedger(`${generation}#${stormId ?? jobId ?? 'anew'}`);
    return setAttributes(table, Key, { sentence, jobId, stormId, lastAt });
  }
  await count(table, {
    decision: { ...decision, lastDeliveryId: before.lastDeliveryId },
    tokens: [`move#${generation}`],
    amount,
    reopens: true,
    list: listOf(reason),
  });
  await tellLedger(generation);
  const mark = new UpdateCommand({
    TableName: table.name,
    Key,
    UpdateExpression: 'SET followedBy = :reason, moved = :counted REMOVE listPk, listSk',
    ConditionExpression: 'attribute_not_exists(followedBy)',
    ExpressionAttributeValues: { ':reason': reason, ':counted': counted },
  });
  return written(table.client.send(mark));
}
