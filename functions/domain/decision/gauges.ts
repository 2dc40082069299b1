import type { BudgetLimit } from '../../contract/metrics.ts';
import { type BudgetScope, integrationScopeOf, isLimited, type StackBudget, stackScopeOf } from '../rule/budget.ts';
import type { Integration } from '../rule/integration.ts';

/** A budget of a day of which a part is used, by its owner: `stack`, or `integration:int_…`. */
interface UsedBudget {
  scope: string;
  limit: BudgetLimit;
  percent: number;
}

/** What a sweep measures of what waits. */
export interface Gauges {
  /** Decisions that are due by the ledger: of deliveries that were tried in vain, and are tried again. */
  undecided: number;
  /** Age of the oldest storm that is open. */
  stormHeldMinutes: number;
  /** Since all starts are paused. */
  pausedMinutes: number;
  /** Sessions that wait for a slot. */
  sessionsWaiting: number;
  budgets: UsedBudget[];
}

/** Whole minutes since then; 0 where it is nothing. */
export const minutesSince = (at: string | undefined, now: Date): number =>
  at === undefined ? 0 : Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / 60_000));

/** Budgets of the stack and of integrations, where they have one. Those of rules are too many to be measured. */
export const dayBudgetsOf = (stack: StackBudget, integrations: Pick<Integration, 'id' | 'metadata'>[]): BudgetScope[] =>
  [stackScopeOf(stack), ...integrations.map(integrationScopeOf)].filter(isLimited);

export function usedBudgets(
  { scope, maxSessions, maxCostUsd }: BudgetScope,
  used: { sessions: number; costUsd: number },
): UsedBudget[] {
  const parts: [BudgetLimit, number, number | undefined][] = [
    ['sessions', used.sessions, maxSessions],
    ['cost', used.costUsd, maxCostUsd],
  ];
  return parts.flatMap(([limit, value, most]) =>
    most === undefined ? [] : [{ scope, limit, percent: Math.round((100 * value) / most) }],
  );
}
