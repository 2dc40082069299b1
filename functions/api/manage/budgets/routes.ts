import * as z from 'zod';
import { dayOf } from '../../../domain/decision/ledger.ts';
import { nothing } from '../fields.ts';
import { type Route, route } from '../route.ts';
import { type BudgetDeps, listBudgets, type UsedDayBudget } from './budgets.ts';

const budgetsQuery = z.strictObject({ day: z.iso.date().optional() });

const limit = z.number().nullable();
const budgetSchema = z.strictObject({
  /** `rule:rul_…`, `entry:checkout` of the catalogue, `integration:int_…` or `stack`. */
  scope: z.string(),
  name: z.string(),
  sessions: z.int(),
  /** Null: no limit. */
  maxSessions: limit,
  /** US dollars, of sessions that have ended. */
  costUsd: z.number(),
  maxCostUsd: limit,
});

const budgetView = ({ maxSessions, maxCostUsd, ...budget }: UsedDayBudget) => ({
  ...budget,
  maxSessions: maxSessions ?? null,
  maxCostUsd: maxCostUsd ?? null,
});

export const budgetRoutes = (deps: BudgetDeps): Route[] => [
  route({
    method: 'GET',
    path: '/budgets',
    operation: 'listBudgets',
    summary: 'What sessions of a day (UTC, today by default) have used of each budget that is set.',
    envelope: 'budgets',
    query: budgetsQuery,
    body: nothing,
    answer: z.array(budgetSchema),
    run: async ({ query }) =>
      (await listBudgets(deps, query.day ?? dayOf(deps.clock.now().toISOString()))).map(budgetView),
  }),
];
