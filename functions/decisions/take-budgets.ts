import { type BudgetScope, usedUpSentence } from '../domain/rule/budget.ts';
import type { Budgets } from '../ports.ts';

/**
 * Counts a job for the budgets of its day. Undefined: it may start; else a sentence that names the budget, its limit
 * and what is used. The narrowest comes first; what a wider one refuses is taken back from the narrower ones.
 * Idempotent.
 */
export async function takeBudgets(
  budgets: Budgets,
  scopes: BudgetScope[],
  day: string,
  jobId: string,
): Promise<string | undefined> {
  for (const [index, scope] of scopes.entries()) {
    const usedUp = await budgets.take(scope, day, jobId);
    if (!usedUp) continue;
    await giveBudgetsBack(budgets, scopes.slice(0, index), day, jobId);
    return usedUpSentence(scope, usedUp);
  }
  return undefined;
}

/** Takes a job back that does not start after all. Idempotent. */
export async function giveBudgetsBack(
  budgets: Pick<Budgets, 'giveBack'>,
  scopes: BudgetScope[],
  day: string,
  jobId: string,
): Promise<void> {
  await Promise.all(scopes.map(({ scope }) => budgets.giveBack(scope, day, jobId)));
}
