import type { Budgets } from '../ports.ts';
import { addCount } from './metrics.ts';

/** The same ports, whose budgets count each start that they refuse, by whose budget and which of its limits it was. */
export const countingBudgets = <Deps extends { budgets: Pick<Budgets, 'take'> }>(deps: Deps): Deps => ({
  ...deps,
  budgets: {
    ...deps.budgets,
    async take(...asked: Parameters<Budgets['take']>) {
      const usedUp = await deps.budgets.take(...asked);
      const [{ scope }] = asked;
      if (usedUp) addCount({ scope: scope.replace(/:.*/, ''), limit: usedUp.limit }, 'BudgetReached', 1);
      return usedUp;
    },
  },
});
