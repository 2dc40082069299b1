import type { EntryInForce } from '../domain/catalogue/apply-entry.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import type { Start } from '../domain/job/execution-input.ts';
import { type BudgetScope, budgetScopesOf, integrationLimitsOf, type StackBudget } from '../domain/rule/budget.ts';
import type { Integration } from '../domain/rule/integration.ts';
import type { Clock } from '../ports.ts';
import type { NewAlert } from './new-alert.ts';

/** A session that may start for an alert: whose, and why. `reason` tells who asks for it. */
export interface SessionStart extends Omit<Start, 'prompt' | 'day' | 'scopes' | 'maxConcurrent' | 'applied'> {
  integration: Integration;
  /** Of the catalogue, where the rule asks it; the config has what it says. */
  entry?: EntryInForce | undefined;
  /** Of a relay run, from 1. */
  round: number;
  /** Of an alert that is not there yet: it is stored with the job. */
  fresh?: NewAlert | undefined;
  /** In the place of the rule's own prompt for the alert. */
  prompt?: string;
}

/** The same with what it counts for: the budgets of its day, and how many others may run beside it. */
export interface CountedStart extends SessionStart {
  day: string;
  scopes: BudgetScope[];
  maxConcurrent: number | undefined;
}

interface CountDeps {
  stackBudget: StackBudget;
  clock: Pick<Clock, 'now'>;
}

export const countedStart = ({ stackBudget, clock }: CountDeps, start: SessionStart): CountedStart => ({
  ...start,
  scopes: budgetScopesOf({ ...start, stack: stackBudget }),
  day: dayOf(clock.now().toISOString()),
  maxConcurrent: integrationLimitsOf(start.integration).maxConcurrentSessions,
});
