import { entryScopeOf } from '../../../domain/catalogue/apply-entry.ts';
import { entriesOf } from '../../../domain/catalogue/catalogue.ts';
import { dayBudgetsOf } from '../../../domain/decision/gauges.ts';
import { type BudgetScope, isLimited, ruleScopeOf, type StackBudget } from '../../../domain/rule/budget.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import { readConfig } from '../../../domain/rule/rule-config.ts';
import type { BudgetUse, CatalogueStore, Clock, IntegrationStore, RelayStore, RuleStore } from '../../../ports.ts';

export interface BudgetDeps {
  relays: Pick<RelayStore, 'list'>;
  rules: Pick<RuleStore, 'listByRelay'>;
  integrations: Pick<IntegrationStore, 'list'>;
  catalogue: Pick<CatalogueStore, 'current'>;
  budgetUse: BudgetUse;
  stackBudget: StackBudget;
  clock: Pick<Clock, 'now'>;
}

/** A budget of one day, with what is used of it. */
export interface UsedDayBudget extends BudgetScope {
  /** For people: of the rule, the entry or the integration, or `Whole stack`. */
  name: string;
  sessions: number;
  costUsd: number;
}

/** Each budget that has a limit: the stack's, those of integrations, of the catalogue's entries, of rules. */
export async function listBudgets(deps: BudgetDeps, day: string): Promise<UsedDayBudget[]> {
  const [integrations, relays, catalogue] = await Promise.all([
    deps.integrations.list(),
    deps.relays.list(),
    deps.catalogue.current(),
  ]);
  const rules = (await Promise.all(relays.map(({ id }) => deps.rules.listByRelay(id)))).flat();
  const entries = entriesOf(catalogue);
  const names = new Map([
    ['stack', 'Whole stack'],
    ...integrations.map(({ id, name }) => [`integration:${id}`, name] as const),
    ...entries.map((entry) => [entryScopeOf(entry).scope, entry.name] as const),
    ...rules.map(({ id, name }) => [`rule:${id}`, name] as const),
  ]);
  const budgets = [
    ...dayBudgetsOf(deps.stackBudget, integrations),
    ...entries.map(entryScopeOf).filter(isLimited),
    ...rules.flatMap(budgetOfRule),
  ];
  return Promise.all(
    budgets.map(async (budget) => ({
      ...budget,
      name: names.get(budget.scope) ?? budget.scope,
      ...(await deps.budgetUse.read(budget.scope, day)),
    })),
  );
}

/** None of a webhook rule, nor of one whose config does not fit this version: they start no session. */
function budgetOfRule(rule: Rule): BudgetScope[] {
  const read = readConfig(rule);
  return read.ok ? [ruleScopeOf(rule, read.config)].filter(isLimited) : [];
}
