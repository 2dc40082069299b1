import { entryScopeOf } from '../../../domain/catalogue/apply-entry.ts';
import { entriesOf } from '../../../domain/catalogue/catalogue.ts';
import {
  type BudgetScope,
  integrationScopeOf,
  isLimited,
  ruleScopeOf,
  type StackBudget,
  stackScopeOf,
} from '../../../domain/rule/budget.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import { readConfig } from '../../../domain/rule/rule-config.ts';
import { forEachConcurrently } from '../../../domain/task/concurrency.ts';
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
  const budgets = [
    { ...stackScopeOf(deps.stackBudget), name: 'Whole stack' },
    ...integrations.map((integration) => ({ ...integrationScopeOf(integration), name: integration.name })),
    ...entriesOf(catalogue).map((entry) => ({ ...entryScopeOf(entry), name: entry.name })),
    ...rules.flatMap((rule) => budgetOfRule(rule).map((budget) => ({ ...budget, name: rule.name }))),
  ].filter(isLimited);
  const used: UsedDayBudget[] = [];
  await forEachConcurrently(budgets.entries(), READS_AT_ONCE, async ([index, budget]) => {
    used[index] = { ...budget, ...(await deps.budgetUse.read(budget.scope, day)) };
  });
  return used;
}

/** A catalogue alone may have a thousand of them. */
const READS_AT_ONCE = 16;

/** None of a webhook rule, nor of one whose config does not fit this version: they start no session. */
function budgetOfRule(rule: Rule): BudgetScope[] {
  const read = readConfig(rule);
  return read.ok ? [ruleScopeOf(rule, read.config)] : [];
}
