import { type BudgetScope, usedUpSentence } from '../domain/budget.ts';
import type { Budgets } from '../ports.ts';

/**
 * Counts a job for the budgets of its day. Undefined: it may start; else a sentence that names the budget, its limit and
 * what is used. The narrowest comes first: what a wider one refuses has been counted for the narrower ones, which lead to
 * the same refusal until the day is over. May be repeated.
 */
export async function takeBudgets(
  budgets: Budgets,
  scopes: BudgetScope[],
  day: string,
  jobId: string,
): Promise<string | undefined> {
  for (const scope of scopes) {
    const usedUp = await budgets.take(scope, day, jobId);
    if (usedUp) return usedUpSentence(scope, usedUp);
  }
  return undefined;
}
