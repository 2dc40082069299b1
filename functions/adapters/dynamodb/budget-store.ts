import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { UsedUp } from '../../domain/rule/budget.ts';
import type { BudgetScope, Budgets, BudgetUse } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Table, written } from './table.ts';

/**
 * A session that starts late on its day may take a week (`machineTimeoutSeconds`); its cost is counted after that.
 */
const KEPT_SECONDS = 14 * 86_400;

/** Cost of the job that is asked for: `own` is absent where it was not counted. */
const rowSchema = z.object({
  sessions: z.number().default(0),
  spent: z.number().default(0),
  own: z.number().optional(),
});
type StoredBudget = z.infer<typeof rowSchema>;

/**
 * One row per scope and day: `sessions`, `spent` (US dollars), and each job under its id with what it has cost. The
 * job's own attribute is what makes a repeat harmless; `spent` is the sum of all of them, so that one condition sees
 * both limits.
 */
export function createBudgets(table: Table): Budgets {
  const rowOf = async (scope: string, day: string, jobId: string): Promise<StoredBudget> => {
    const { Item = {} } = await table.client.send(
      new GetCommand({
        TableName: table.name,
        Key: keys.budget(scope, day),
        ProjectionExpression: 'sessions, spent, #job',
        ExpressionAttributeNames: { '#job': jobId },
        ConsistentRead: true,
      }),
    );
    return rowSchema.parse({ sessions: Item.sessions, spent: Item.spent, own: Item[jobId] });
  };

  return {
    async take(budget, day, jobId) {
      if (await count(table, budget, day, jobId)) return undefined;
      const row = await rowOf(budget.scope, day, jobId);
      return row.own === undefined ? usedUpOf(row, budget) : undefined;
    },

    async giveBack(scope, day, jobId) {
      await written(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.budget(scope, day),
            UpdateExpression: 'REMOVE #job ADD sessions :less',
            ConditionExpression: '#job = :nothing',
            ExpressionAttributeNames: { '#job': jobId },
            ExpressionAttributeValues: { ':nothing': 0, ':less': -1 },
          }),
        ),
      );
    },

    async spend(scope, day, jobId, costUsd) {
      const { own } = await rowOf(scope, day, jobId);
      if (own === costUsd) return;
      // Not written: the same job's cost was set meanwhile, by a repeat of this very call.
      await written(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.budget(scope, day),
            UpdateExpression: 'SET #job = :cost, expiresAt = :expiresAt ADD spent :more',
            ConditionExpression: own === undefined ? 'attribute_not_exists(#job)' : '#job = :before',
            ExpressionAttributeNames: { '#job': jobId },
            ExpressionAttributeValues: {
              ':cost': costUsd,
              ':before': own,
              ':more': costUsd - (own ?? 0),
              ':expiresAt': expiryOf(day),
            },
          }),
        ),
      );
    },
  };
}

/** What is used of a budget, for people. */
export const createBudgetUse = (table: Table): BudgetUse => ({
  async read(scope, day) {
    const { Item = {} } = await table.client.send(
      new GetCommand({
        TableName: table.name,
        Key: keys.budget(scope, day),
        ProjectionExpression: 'sessions, spent',
      }),
    );
    const { sessions, spent: costUsd } = rowSchema.parse(Item);
    return { sessions, costUsd };
  },
});

/** False, and nothing counted, if a limit is reached or the job is counted already. */
function count(table: Table, { scope, maxSessions, maxCostUsd }: BudgetScope, day: string, jobId: string) {
  const conditions = [
    'attribute_not_exists(#job)',
    maxSessions !== undefined && '(attribute_not_exists(sessions) OR sessions < :maxSessions)',
    maxCostUsd !== undefined && '(attribute_not_exists(spent) OR spent < :maxCost)',
  ];
  return written(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.budget(scope, day),
        UpdateExpression: 'SET #job = :nothing, expiresAt = :expiresAt ADD sessions :one',
        ConditionExpression: conditions.filter((condition) => condition !== false).join(' AND '),
        ExpressionAttributeNames: { '#job': jobId },
        ExpressionAttributeValues: {
          ':nothing': 0,
          ':one': 1,
          ':maxSessions': maxSessions,
          ':maxCost': maxCostUsd,
          ':expiresAt': expiryOf(day),
        },
      }),
    ),
  );
}

/**
 * Neither of them: a limit was raised, or a cost corrected, between the two looks. The refusal is given all the same.
 */
function usedUpOf({ sessions, spent }: StoredBudget, { maxSessions, maxCostUsd }: BudgetScope): UsedUp {
  const isCost = maxCostUsd !== undefined && (maxSessions === undefined || sessions < maxSessions);
  return isCost ? { limit: 'cost', used: spent } : { limit: 'sessions', used: sessions };
}

const expiryOf = (day: string): number => Date.parse(day) / 1_000 + KEPT_SECONDS;
