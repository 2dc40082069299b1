import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type Condition, clauseOf, type Key, type Row } from './rows.ts';
import type { Table } from './table.ts';

/** As DynamoDB has it. */
export const ACTIONS_PER_TRANSACTION = 100;

/** One write among others. No two of a transaction may be of one row. */
export type Action = PutAction | { update: Update };

export interface PutAction {
  put: Row;
  condition?: Condition;
}

interface Update {
  key: Key;
  expression: string;
  condition?: Condition;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

/**
 * `refused`: nothing is written, since the conditions of these actions do not hold. `conflict`: nothing is written,
 * since another write of one of the rows was under way at the same moment.
 */
type Transacted = { kind: 'written' } | { kind: 'refused'; actions: number[] } | { kind: 'conflict' };

/** Writes all of it or nothing. It is charged as twice as many writes. */
export async function transact(table: Table, actions: Action[]): Promise<Transacted> {
  try {
    const TransactItems = actions.map((action) => itemOf(table.name, action));
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
    const refused = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
    if (refused.length > 0) return { kind: 'refused', actions: refused };
    if (codes.includes('TransactionConflict')) return { kind: 'conflict' };
    throw error;
  }
}

function itemOf(TableName: string, action: Action) {
  if ('put' in action) {
    return { Put: { TableName, Item: action.put, ...(action.condition && clauseOf(action.condition)) } };
  }
  const { key: Key, expression: UpdateExpression, condition, names, values } = action.update;
  return {
    Update: {
      ...{ TableName, Key, UpdateExpression },
      ...(condition && { ConditionExpression: condition.expression }),
      ...nonEmpty('ExpressionAttributeNames', { ...condition?.names, ...names }),
      ...nonEmpty('ExpressionAttributeValues', { ...condition?.values, ...values }),
    },
  };
}

/** DynamoDB refuses an empty one. */
const nonEmpty = <Name extends string, Value>(name: Name, values: Record<string, Value>) =>
  Object.keys(values).length > 0 ? ({ [name]: values } as Record<Name, Record<string, Value>>) : {};
