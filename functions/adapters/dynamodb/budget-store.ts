import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { UsedUp } from '../../domain/rule/budget.ts';
import type { BudgetScope, Budgets, BudgetUse } from '../../ports.ts';
import { keys } from './keys.ts';
import { type Condition, getRow } from './rows.ts';
import type { Table } from './table.ts';
import { type Action, transact } from './transact.ts';

/**
 * A session that starts late on its day may take a week (`machineTimeoutSeconds`); its cost is counted after that.
 */
const KEPT_SECONDS = 14 * 86_400;
/** How often others may count for the same budget at the same moment; then the caller tries again. */
const TRIES = 20;

const sumsSchema = z.object({
  sessions: z.number().default(0),
  spent: z.number().default(0),
  /** Of the job that is asked for, where the release before counted it: it kept all jobs of a day in this row. */
  own: z.number().optional(),
});
type StoredSums = z.infer<typeof sumsSchema>;
/** `cost` is absent where the job is not counted: it was given back. */
const jobRowSchema = z.object({ cost: z.number().optional() });

/**
 * One row per scope and day with `sessions` and `spent` (US dollars), so that one condition sees both limits, and a row
 * for each job with what it has cost, which makes a repeat harmless. Both are written in one transaction.
 */
export function createBudgets(table: Table): Budgets {
  const sumsOf = async (scope: string, day: string, jobId: string): Promise<StoredSums> => {
    const { Item = {} } = await table.client.send(
      new GetCommand({
        TableName: table.name,
        Key: keys.budget(scope, day),
        ProjectionExpression: 'sessions, spent, #job',
        ExpressionAttributeNames: { '#job': jobId },
        ConsistentRead: true,
      }),
    );
    return sumsSchema.parse({ sessions: Item.sessions, spent: Item.spent, own: Item[jobId] });
  };

  return {
    async take(budget, day, jobId) {
      const { scope } = budget;
      const counted = jobAction(scope, day, jobId, 0, undefined);
      const sum = sumAction(scope, day, 'sessions', 1, openFor(budget, jobId));
      const refused = await write(table, [counted, sum]);
      if (!refused || refused.includes(0)) return undefined;
      const sums = await sumsOf(scope, day, jobId);
      return sums.own === undefined ? usedUpOf(sums, budget) : undefined;
    },

    async giveBack(scope, day, jobId) {
      const condition = { expression: 'cost = :nothing', values: { ':nothing': 0 } };
      const uncounted = { update: { key: keys.budgetJob(scope, day, jobId), expression: 'REMOVE cost', condition } };
      await write(table, [uncounted, sumAction(scope, day, 'sessions', -1)]);
    },

    async spend(scope, day, jobId, costUsd) {
      for (let tried = 0; tried < TRIES; tried++) {
        const { cost: before } = jobRowSchema.parse((await getRow(table, keys.budgetJob(scope, day, jobId))) ?? {});
        const own = before ?? (await sumsOf(scope, day, jobId)).own;
        if (own === costUsd) return;
        const set = jobAction(scope, day, jobId, costUsd, before);
        // Refused: the same job's cost was set meanwhile, by a repeat of this very call or a correction.
        if (!(await write(table, [set, sumAction(scope, day, 'spent', costUsd - (own ?? 0))]))) return;
      }
      throw new Error(`The cost of job ${jobId} was set by others ${TRIES} times`);
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
    const { sessions, spent: costUsd } = sumsSchema.parse(Item);
    return { sessions, costUsd };
  },
});

/** Undefined where it is written, else which of the actions are refused. */
async function write(table: Table, actions: Action[]): Promise<number[] | undefined> {
  for (let tried = 0; tried < TRIES; tried++) {
    const done = await transact(table, actions);
    if (done.kind === 'written') return undefined;
    if (done.kind === 'refused') return done.actions;
  }
  throw new Error('Too many count for the same budget at this moment');
}

/** What a job has cost, where it was `before` until now. */
const jobAction = (scope: string, day: string, jobId: string, cost: number, before: number | undefined): Action => ({
  update: {
    key: keys.budgetJob(scope, day, jobId),
    expression: 'SET cost = :cost, expiresAt = :expiresAt',
    condition:
      before === undefined
        ? { expression: 'attribute_not_exists(cost)' }
        : { expression: 'cost = :before', values: { ':before': before } },
    values: { ':cost': cost, ':expiresAt': expiryOf(day) },
  },
});

const sumAction = (
  scope: string,
  day: string,
  name: 'sessions' | 'spent',
  more: number,
  condition?: Condition,
): Action => ({
  update: {
    key: keys.budget(scope, day),
    expression: `SET expiresAt = :expiresAt ADD ${name} :more`,
    ...(condition && { condition }),
    values: { ':more': more, ':expiresAt': expiryOf(day) },
  },
});

/** No limit is reached, and the release before has not counted the job. */
function openFor({ maxSessions, maxCostUsd }: BudgetScope, jobId: string): Condition {
  const limits = [
    maxSessions !== undefined && '(attribute_not_exists(sessions) OR sessions < :maxSessions)',
    maxCostUsd !== undefined && '(attribute_not_exists(spent) OR spent < :maxCost)',
  ];
  return {
    expression: ['attribute_not_exists(#job)', ...limits.filter((limit) => limit !== false)].join(' AND '),
    names: { '#job': jobId },
    values: {
      ...(maxSessions !== undefined && { ':maxSessions': maxSessions }),
      ...(maxCostUsd !== undefined && { ':maxCost': maxCostUsd }),
    },
  };
}

/**
 * Neither of them: a limit was raised, or a cost corrected, between the two looks. The refusal is given all the same.
 */
function usedUpOf({ sessions, spent }: StoredSums, { maxSessions, maxCostUsd }: BudgetScope): UsedUp {
  const isCost = maxCostUsd !== undefined && (maxSessions === undefined || sessions < maxSessions);
  return isCost ? { limit: 'cost', used: spent } : { limit: 'sessions', used: sessions };
}

const expiryOf = (day: string): number => Date.parse(day) / 1_000 + KEPT_SECONDS;
