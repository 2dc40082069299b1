import * as z from 'zod';
import type { ExecutionInput } from '../../contract/execution.ts';
import { limits } from '../../contract/limits.ts';
import type { BudgetLimit } from '../../contract/metrics.ts';
import { amount, within } from '../../contract/ranges.ts';
import { usd } from '../text/usd.ts';
import type { Integration } from './integration.ts';
import type { AgentConfig, Rule } from './rule.ts';

/** One budget of one day, with its limits as they are set now; undefined: none. */
export interface BudgetScope {
  /** `rule:rul_…`, `entry:checkout` of the catalogue, `integration:int_…` or `stack`. */
  scope: string;
  maxSessions: number | undefined;
  maxCostUsd: number | undefined;
}

/** Fields of an integration's metadata that limit its sessions. The sums of a day are in UTC. */
export const integrationLimitSchemas = {
  maxConcurrentSessions: within(limits.concurrentSessions),
  maxSessionsPerDay: within(limits.sessionsPerDay),
  maxCostUsdPerDay: amount(limits.costUsd),
} as const;

const { maxConcurrentSessions, maxSessionsPerDay, maxCostUsdPerDay } = integrationLimitSchemas;
const integrationLimitsSchema = z.object({
  maxConcurrentSessions: maxConcurrentSessions.optional().catch(undefined),
  maxSessionsPerDay: maxSessionsPerDay.optional().catch(undefined),
  maxCostUsdPerDay: maxCostUsdPerDay.optional().catch(undefined),
});
type IntegrationLimits = z.infer<typeof integrationLimitsSchema>;

/** Limits of an integration. A value that does not fit was refused when it was written; an older one limits nothing. */
export const integrationLimitsOf = ({ metadata }: Pick<Integration, 'metadata'>): IntegrationLimits =>
  integrationLimitsSchema.parse(metadata);

/** The budget of a day of the whole stack, from its configuration. */
const stackBudgetSchema = z.strictObject({
  maxSessionsPerDay: within(limits.sessionsPerDay).optional(),
  maxCostUsdPerDay: amount(limits.costUsd).optional(),
});
export type StackBudget = z.infer<typeof stackBudgetSchema>;

/**
 * Of the variable that the stack sets, a JSON object. Throws where it does not fit: at start-up, not at the first
 * alert.
 */
export const readStackBudget = (text: string): StackBudget => stackBudgetSchema.parse(JSON.parse(text));

/** What one session of the rule may use at most, looked at in each poll; null: no limit. */
export function sessionLimitsOf({ config = {} }: Pick<AgentConfig, 'config'>): NonNullable<ExecutionInput['limits']> {
  return {
    costUsd: config.maxCostUsd ?? null,
    tokens: config.maxTokens ?? null,
    messages: config.maxMessages ?? null,
    minutes: config.maxMinutes ?? null,
    ...(config.stallMinutes !== undefined && { stallMinutes: config.stallMinutes }),
  };
}

interface BudgetOwners {
  rule: Pick<Rule, 'id'>;
  config: Pick<AgentConfig, 'config'>;
  integration: Pick<Integration, 'id' | 'metadata'>;
  /** Of the entry of the catalogue that stands in for the rule. */
  entry?: { budget: BudgetScope } | undefined;
  stack: StackBudget;
}

/** Budgets of the day that a session counts for: those with a limit only, the narrowest first. */
export function budgetScopesOf({ rule, config, integration, entry, stack }: BudgetOwners): BudgetScope[] {
  const scopes = [
    ...(entry ? [entry.budget] : []),
    ruleScopeOf(rule, config),
    integrationScopeOf(integration),
    stackScopeOf(stack),
  ];
  // Each session is an attribute of the day's row, which has room for some thousands.
  return scopes
    .filter(isLimited)
    .map((each) => ({ ...each, maxSessions: each.maxSessions ?? limits.sessionsPerDay.max }));
}

const scopeOf = (
  scope: string,
  limited: { maxSessionsPerDay?: number | undefined; maxCostUsdPerDay?: number | undefined },
): BudgetScope => ({ scope, maxSessions: limited.maxSessionsPerDay, maxCostUsd: limited.maxCostUsdPerDay });

/** The budget of a rule, limited as its config says, or not at all. */
export const ruleScopeOf = ({ id }: Pick<Rule, 'id'>, { config = {} }: Pick<AgentConfig, 'config'>): BudgetScope =>
  scopeOf(`rule:${id}`, config);

/** The budget of an integration, limited as its metadata say, or not at all. */
export const integrationScopeOf = ({ id, metadata }: Pick<Integration, 'id' | 'metadata'>): BudgetScope =>
  scopeOf(`integration:${id}`, integrationLimitsOf({ metadata }));

/** The budget of the whole stack, limited as its configuration says, or not at all. */
export const stackScopeOf = (stack: StackBudget): BudgetScope => scopeOf('stack', stack);

/** Whether it limits anything. */
export const isLimited = ({ maxSessions, maxCostUsd }: BudgetScope): boolean =>
  maxSessions !== undefined || maxCostUsd !== undefined;

/** What of a budget is used up. `used`: sessions, or US dollars. */
export interface UsedUp {
  limit: BudgetLimit;
  used: number;
}

/** Why a budget lets no session start, and where to change it. */
export function usedUpSentence({ scope, maxSessions, maxCostUsd }: BudgetScope, { limit, used }: UsedUp): string {
  const { whose, sessionsField, costField } = named(scope);
  return limit === 'sessions'
    ? `The sessions of the day are used up for ${whose}: ${used} of ${maxSessions} (${sessionsField}).`
    : `The cost of the day is used up for ${whose}: ${usd(used)} of ${usd(maxCostUsd ?? 0)} (${costField}).`;
}

function named(scope: string): { whose: string; sessionsField: string; costField: string } {
  const [kind, id] = scope.split(':');
  const fields = (where: string) => ({
    sessionsField: `maxSessionsPerDay ${where}`,
    costField: `maxCostUsdPerDay ${where}`,
  });
  if (kind === 'rule') return { whose: `the rule ${id}`, ...fields("in the rule's config.config") };
  if (kind === 'entry') return { whose: `the entry ${id} of the catalogue`, ...fields('in that entry') };
  if (kind === 'integration') return { whose: `the integration ${id}`, ...fields('in its metadata') };
  return { whose: 'the whole stack', ...fields('in the configuration of the stack') };
}
