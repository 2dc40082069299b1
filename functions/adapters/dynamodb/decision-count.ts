import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { NewDecision } from '../../ports.ts';
import { keys, type ListName } from './keys.ts';
import type { Row } from './rows.ts';
import { type Table, written } from './table.ts';

/**
 * How many entries a row remembers as counted. A delivery is tried again for 45 minutes at most
 * (`domain/retry-delay.ts`); an alert that repeats every minute fills 45. Twice as many lie in the row before the older
 * half is dropped: 5 KB.
 */
const REMEMBERED = 50;
const TRIMMED_ABOVE = 2 * REMEMBERED;

const memorySchema = z.object({ counted: z.array(z.string()) });

/** Names of the entries that a row has counted last. */
export const memoryOf = (row: unknown): string[] => memorySchema.parse(row).counted;

/** Name of an entry among those that rows have counted. */
export const tokenOf = (deliveryId: string, entry: string): string => `${deliveryId}#${entry}`;

type WaitingList = Extract<ListName, 'PAUSED' | 'SCHEDULED'>;

/** What waits stands in a list, from which it is taken up again. */
export function listOf(reason: ReasonCode): WaitingList | undefined {
  if (reason === 'paused') return 'PAUSED';
  return reason === 'scheduled' ? 'SCHEDULED' : undefined;
}

export interface Count {
  decision: NewDecision;
  /** Names of what is counted: the same one is counted once. */
  tokens: string[];
  amount: number;
  /** The row stands again, though it had been followed before. */
  reopens?: boolean;
  /** List of the index that the row stands in from then on. */
  list?: WaitingList | undefined;
}

/**
 * Adds to the count of a decision's row, and makes the row where there is none. False, and nothing added, if one of the
 * tokens was counted already.
 */
export async function count(
  table: Table,
  { decision, tokens, amount, reopens = false, list }: Count,
): Promise<boolean> {
  const given = Object.entries({ ...decision, ...(list && listed(decision, list)) });
  const attributes = given.filter(([, value]) => value !== undefined);
  const update = new UpdateCommand({
    TableName: table.name,
    Key: keys.decision(decision.alertId, decision.ruleId, decision.reason),
    UpdateExpression: `SET ${[
      ...attributes.map(([name]) => `#${name} = :${name}`),
      '#firstAt = if_not_exists(#firstAt, :lastAt)',
      '#counted = list_append(if_not_exists(#counted, :none), :tokens)',
    ].join(', ')} ADD #count :amount${reopens ? ' REMOVE #followedBy' : ''}`,
    // Two of our own at once: the queue may hand one message to both.
    ConditionExpression: tokens.map((_, index) => `NOT contains(#counted, :token${index})`).join(' AND '),
    // Aliased, all of them: `count` is not the only reserved word.
    ExpressionAttributeNames: Object.fromEntries(
      [...attributes.map(([name]) => name), 'firstAt', 'counted', 'count', ...(reopens ? ['followedBy'] : [])].map(
        (name) => [`#${name}`, name],
      ),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ':none': [],
      ':tokens': tokens,
      ...Object.fromEntries(tokens.map((token, index) => [`:token${index}`, token])),
      ':amount': amount,
    },
    ReturnValues: 'ALL_NEW',
  });
  let remembered = 0;
  const isNew = await written(
    table.client.send(update).then(({ Attributes }) => {
      remembered = memoryOf(Attributes).length;
    }),
  );
  if (remembered > TRIMMED_ABOVE) await trim(table, decision);
  return isNew;
}

/** The row of a decision that is new: it counts one entry. */
export function newDecisionRow(decision: NewDecision, entry: string): Row {
  const list = listOf(decision.reason);
  return {
    ...keys.decision(decision.alertId, decision.ruleId, decision.reason),
    ...{ ...decision, firstAt: decision.lastAt, count: 1, counted: [tokenOf(decision.lastDeliveryId, entry)] },
    ...(list && listed(decision, list)),
  };
}

const listed = ({ alertId, ruleId, lastAt }: NewDecision, list: WaitingList) => ({
  listPk: keys.listPartition(list, alertId),
  listSk: keys.listSort({ createdAt: lastAt, id: `${alertId}#${ruleId}` }),
});

/** Drops the oldest entries, unless another count has just done so. */
async function trim(table: Table, { alertId, ruleId, reason }: Pick<NewDecision, 'alertId' | 'ruleId' | 'reason'>) {
  // From behind: then an engine that closes each gap at once removes the same ones.
  const oldest = Array.from({ length: REMEMBERED }, (_, index) => `counted[${REMEMBERED - 1 - index}]`);
  const update = new UpdateCommand({
    TableName: table.name,
    Key: keys.decision(alertId, ruleId, reason),
    UpdateExpression: `REMOVE ${oldest.join(', ')}`,
    ConditionExpression: 'size(counted) > :most',
    ExpressionAttributeValues: { ':most': TRIMMED_ABOVE },
  });
  await written(table.client.send(update));
}
