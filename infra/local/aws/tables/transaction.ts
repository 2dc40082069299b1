import db from 'dynalite/db/index.js';
import { z } from 'zod';
import { AwsError } from '../error.ts';
import { parseRequest } from '../request.ts';
import { type Item, itemSchema } from './item.ts';
import { asAwsError } from './store.ts';
import type { Before } from './undo.ts';

const common = {
  TableName: z.string(),
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: itemSchema.optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
};
const actionSchema = z.union([
  z.strictObject({ Put: z.strictObject({ ...common, Item: itemSchema }) }),
  z.strictObject({ Update: z.strictObject({ ...common, Key: itemSchema, UpdateExpression: z.string() }) }),
]);
/** As on AWS. */
const MOST_ACTIONS = 100;
const inputSchema = z.strictObject({
  TransactItems: z.array(actionSchema).min(1).max(MOST_ACTIONS),
  ClientRequestToken: z.string().optional(),
});

/** One write of a transaction, and the item that it is for. */
export interface Action {
  operation: 'PutItem' | 'UpdateItem';
  table: string;
  key: Item;
  /** Input of the operation, its condition included. */
  input: Record<string, unknown>;
  returnsOld: boolean;
}

/** What a transaction needs of the engine, while nothing else writes. */
interface Engine {
  keyNamesOf(table: string): string[];
  read(table: string, key: Item): Promise<Item | undefined>;
  /** The input as the engine takes it, with its expressions parsed. */
  check(action: Action): object;
  write(action: Action, checked: object): Promise<unknown>;
  /** Keeps the items as they were, so that a kill in the middle leaves nothing half done. */
  remember(before: Before): void;
  forget(): void;
  takeBack(before: Before): Promise<void>;
}

export const readTransaction = (input: unknown) => parseRequest(inputSchema, input);

/** All of the actions, or none where one of their conditions does not hold: AWS's TransactWriteItems. */
export async function transact(engine: Engine, { TransactItems }: z.infer<typeof inputSchema>): Promise<object> {
  const actions = TransactItems.map((each) => actionOf(engine, each));
  const names = actions.map(({ table, key }) => JSON.stringify([table, key]));
  if (new Set(names).size < names.length) {
    throw new AwsError('ValidationException', 'Transaction request cannot include multiple operations on one item');
  }
  const before: Before = [];
  for (const { table, key } of actions) before.push({ table, key, item: await engine.read(table, key) });
  const checked = actions.map((action) => ({ action, input: checkedBy(engine, action) }));
  const failed = checked.map(({ input }, index) => db.checkConditional(input, before[index]?.item) != null);
  if (failed.includes(true)) throw cancelled(actions, failed, before);
  engine.remember(before);
  try {
    for (const { action, input } of checked) await engine.write(action, input);
  } catch (error) {
    await engine.takeBack(before);
    throw error;
  }
  engine.forget();
  return {};
}

function checkedBy(engine: Engine, action: Action): object {
  try {
    return engine.check(action);
  } catch (error) {
    throw asAwsError(error);
  }
}

function actionOf(engine: Engine, each: z.infer<typeof actionSchema>): Action {
  const given = 'Put' in each ? each.Put : each.Update;
  const { ReturnValuesOnConditionCheckFailure, ...input } = given;
  const names = engine.keyNamesOf(given.TableName);
  const holder = 'Item' in given ? given.Item : given.Key;
  return {
    operation: 'Put' in each ? 'PutItem' : 'UpdateItem',
    table: given.TableName,
    key: Object.fromEntries(names.flatMap((name) => (holder[name] ? [[name, holder[name]]] : []))),
    input,
    returnsOld: ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

function cancelled(actions: Action[], failed: boolean[], before: Before): AwsError {
  const reasons = actions.map(({ returnsOld }, index) => {
    if (!failed[index]) return { Code: 'None' };
    const item = returnsOld ? before[index]?.item : undefined;
    const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    return { ...reason, ...(item && { Item: item }) };
  });
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
}
