import { dayBudgetsOf, type Gauges, minutesSince, usedBudgets } from '../../domain/decision/gauges.ts';
import { dayOf } from '../../domain/decision/ledger.ts';
import { currentSlots } from '../../domain/decision/slots.ts';
import { integrationLimitsOf, type StackBudget } from '../../domain/rule/budget.ts';
import type { Integration } from '../../domain/rule/integration.ts';
import { forEachConcurrently } from '../../domain/task/concurrency.ts';
import type {
  BudgetUse,
  IntegrationStore,
  Ledger,
  OpenWork,
  PauseSwitchStore,
  RelayStore,
  SlotStore,
} from '../../ports.ts';

export interface MeasureDeps {
  open: Pick<OpenWork, 'storms'>;
  relays: Pick<RelayStore, 'list'>;
  integrations: Pick<IntegrationStore, 'list'>;
  ledger: Pick<Ledger, 'day'>;
  switch: Pick<PauseSwitchStore, 'read'>;
  slots: Pick<SlotStore, 'read'>;
  budgetUse: BudgetUse;
  stackBudget: StackBudget;
}

/** Of relays, and of integrations: a team has tens of either. */
const LOOKED_AT = 100;
const AT_ONCE = 5;

/**
 * Measures what waits, and how much of the budgets is used. Of 20 relays these are 40 batches of 64 sums and 40 queries
 * of a day's older rows; of 5 integrations, their lines and budgets, some 10 reads of a row.
 */
export async function measure(deps: MeasureDeps, now: Date): Promise<Gauges> {
  const integrations = (await deps.integrations.list()).slice(0, LOOKED_AT);
  const pauseSwitch = await deps.switch.read();
  const { rows: storms } = await deps.open.storms(undefined, 1);
  return {
    undecided: await undecided(deps, now),
    stormHeldMinutes: minutesSince(storms[0]?.createdAt, now),
    pausedMinutes: pauseSwitch?.paused ? minutesSince(pauseSwitch.at, now) : 0,
    sessionsWaiting: await sessionsWaiting(deps, integrations, now),
    budgets: await budgets(deps, integrations, now),
  };
}

/** Of today and yesterday: what is older is in the dead letters, and an alarm of its own. */
async function undecided({ relays, ledger }: MeasureDeps, now: Date): Promise<number> {
  const days = [dayOf(now.toISOString()), dayOf(new Date(now.getTime() - 86_400_000).toISOString())];
  let count = 0;
  await forEachConcurrently((await relays.list()).slice(0, LOOKED_AT), AT_ONCE, async ({ id }) => {
    for (const day of days) {
      const { undecided: due } = await ledger.day(id, day);
      count += due;
    }
  });
  return count;
}

async function sessionsWaiting({ slots }: MeasureDeps, integrations: Integration[], now: Date): Promise<number> {
  let waiting = 0;
  for (const integration of integrations) {
    if (integrationLimitsOf(integration).maxConcurrentSessions === undefined) continue;
    const { slots: stored } = await slots.read(integration.id);
    waiting += currentSlots(stored, now.toISOString()).waiting.length;
  }
  return waiting;
}

async function budgets(
  { budgetUse, stackBudget }: MeasureDeps,
  integrations: Integration[],
  now: Date,
): Promise<Gauges['budgets']> {
  const day = dayOf(now.toISOString());
  const used: Gauges['budgets'] = [];
  for (const budget of dayBudgetsOf(stackBudget, integrations)) {
    used.push(...usedBudgets(budget, await budgetUse.read(budget.scope, day)));
  }
  return used;
}
