import type { PauseSwitch } from '../../domain/decision/pause-switch.ts';
import type { UsedUp } from '../../domain/rule/budget.ts';
import type { Budgets, IncidentJobs, PauseSwitchStore, TitleClaim, TitleClaims } from '../../ports.ts';
import type { Rows } from './rows.ts';

export const memoryTitles = (rows: Rows<TitleClaim>, below?: Pick<TitleClaims, 'holder'>): TitleClaims => {
  const belowOf = (relayId: string, title: string) => async () => below?.holder(relayId, title);
  return {
    holder: async (relayId, title) => rows.get(keyOf(relayId, title), belowOf(relayId, title)),
    claim: async (relayId, title, claim, before) =>
      rows.change(
        keyOf(relayId, title),
        (holder) => (holder && (holder.jobId !== before?.jobId || holder.at !== before.at) ? undefined : claim),
        belowOf(relayId, title),
      ),
  };
};

export const memoryIncidentJobs = (rows: Rows<string>, below?: Pick<IncidentJobs, 'last'>): IncidentJobs => ({
  last: async (ruleId, incident) =>
    rows.get(incidentJobKey(ruleId, incident), async () => below?.last(ruleId, incident)),
});

export const incidentJobKey = (ruleId: string, incident: string): string => keyOf(ruleId, incident);

/** Of one scope and day. */
export interface BudgetRow {
  sessions: number;
  /** US dollars by job, 0 while it is at work. */
  costs: ReadonlyMap<string, number>;
}

export const memoryBudgets = (rows: Rows<BudgetRow>): Budgets => ({
  async take({ scope, maxSessions, maxCostUsd }, day, jobId) {
    let usedUp: UsedUp | undefined;
    await rows.change(budgetKey(scope, day), (row = noBudget) => {
      const { sessions, costs } = row;
      if (costs.has(jobId)) return undefined;
      const spent = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
      if (maxSessions !== undefined && sessions >= maxSessions) usedUp = { limit: 'sessions', used: sessions };
      else if (maxCostUsd !== undefined && spent >= maxCostUsd) usedUp = { limit: 'cost', used: spent };
      return usedUp ? undefined : { sessions: sessions + 1, costs: new Map([...costs, [jobId, 0]]) };
    });
    return usedUp;
  },
  async giveBack(scope, day, jobId) {
    await rows.change(budgetKey(scope, day), (row) => {
      if (row?.costs.get(jobId) !== 0) return undefined;
      return { sessions: row.sessions - 1, costs: new Map([...row.costs].filter(([id]) => id !== jobId)) };
    });
  },
  async spend(scope, day, jobId, costUsd) {
    await rows.change(budgetKey(scope, day), (row = noBudget) => ({
      ...row,
      costs: new Map([...row.costs, [jobId, costUsd]]),
    }));
  },
});

const budgetKey = (scope: string, day: string): string => `${scope} ${day}`;

const noBudget: BudgetRow = { sessions: 0, costs: new Map() };

/** The one switch there is. */
export const memorySwitch = (rows: Rows<PauseSwitch>): PauseSwitchStore => ({
  read: async () => rows.get('starts'),
  write: async (name, value) => void (await rows.change(name, () => value)),
});

const keyOf = (...parts: string[]): string => JSON.stringify(parts);
