import type { Catalogue } from '../../domain/catalogue/catalogue.ts';
import type { PauseSwitch } from '../../domain/decision/pause-switch.ts';
import type { NewWorld, RoutingStores, StoresBelow, TitleClaim } from '../../ports.ts';
import { alertRows, memoryAlerts } from './alerts.ts';
import { memoryCatalogue } from './catalogue.ts';
import { type BudgetRow, memoryBudgets, memoryIncidentJobs, memorySwitch, memoryTitles } from './claims.ts';
import { decisionRows, memoryDecisions } from './decisions.ts';
import { jobRows, memoryJobs } from './jobs.ts';
import { ledgerRows, memoryLedger } from './ledger.ts';
import { Rows } from './rows.ts';
import { memoryMembers, memoryStorms, memoryWindows, stormRows } from './storms.ts';

export const memoryRows = () => ({
  ...alertRows(),
  ...decisionRows(),
  ...jobRows(),
  ...stormRows(),
  ...ledgerRows(),
  titles: new Rows<TitleClaim>(),
  incidentJobs: new Rows<string>(),
  budgets: new Rows<BudgetRow>(),
  switch: new Rows<PauseSwitch>(),
  catalogue: [] as Catalogue[],
});
export type MemoryRows = ReturnType<typeof memoryRows>;

/** What routing and storms read and write, in memory: for simulate, for replay, and for tests. */
export function memoryStores(rows: MemoryRows = memoryRows(), below: Partial<StoresBelow> = {}): RoutingStores {
  const ledger = memoryLedger(rows);
  const alerts = memoryAlerts(rows, below.alerts);
  return {
    alerts,
    decisions: memoryDecisions(rows, alerts, ledger),
    jobs: memoryJobs(rows, alerts, below.jobs),
    windows: memoryWindows(rows, below.windows),
    storms: memoryStorms(rows),
    members: memoryMembers(rows, rows),
    titles: memoryTitles(rows.titles, below.titles),
    incidentJobs: memoryIncidentJobs(rows.incidentJobs, below.incidentJobs),
    budgets: memoryBudgets(rows.budgets),
    switch: memorySwitch(rows.switch),
    catalogue: memoryCatalogue(rows.catalogue),
    ledger,
  };
}

export const newMemoryWorld: NewWorld = (below) => memoryStores(memoryRows(), below);
