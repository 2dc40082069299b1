import type { ReasonCounts } from '../../../functions/contract/reason-codes.ts';
import { addCounts, afterMoves, type LedgerDay, totalOf } from '../../../functions/domain/decision/ledger.ts';
import type { HeldAlert, Storm } from '../../../functions/domain/storm/storm.ts';
import { emptyWindow, type StormWindow } from '../../../functions/domain/storm/storm-window.ts';
import type {
  Budgets,
  IncidentJobs,
  Ledger,
  ListPosition,
  StormStore,
  TitleClaim,
  TitleClaims,
  WindowStore,
} from '../../../functions/ports.ts';
import { late } from './late.ts';
import { unexpected } from './recorded.ts';

/** The rows that routing keeps beside alerts, decisions and jobs, in memory, under the rules of the ports. */
export class RoutingStores {
  windows = new Map<string, { window: StormWindow; version: number }>();
  storms = new Map<string, Storm>();
  /** By storm, then by id of the row. */
  held = new Map<string, Map<string, HeldAlert[]>>();
  titles = new Map<string, TitleClaim>();
  incidentJobs = new Map<string, string>();
  /** By scope and day: cost by job. */
  budgets = new Map<string, Map<string, number>>();
  ledgerRows = new Map<string, { entries: number; decisions: number; reasons?: ReasonCounts }>();

  windowStore(): WindowStore {
    return late<WindowStore>({
      read: async (ruleId) => this.windows.get(ruleId) ?? { window: emptyWindow, version: 0 },
      write: async (ruleId, window, version) => {
        if ((this.windows.get(ruleId)?.version ?? 0) !== version) return false;
        this.windows.set(ruleId, { window, version: version + 1 });
        return true;
      },
    });
  }

  stormStore(): StormStore {
    const keyOf = ({ createdAt, id }: ListPosition) => `${createdAt}#${id}`;
    const stored = () => [...this.storms.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1));
    return late<StormStore>({
      createOrGet: async (storm) => {
        if (!this.storms.has(storm.id)) this.storms.set(storm.id, storm);
        return this.storms.get(storm.id) ?? storm;
      },
      get: async (id) => this.storms.get(id),
      list: async (ids) => ids.flatMap((id) => this.storms.get(id) ?? []),
      markStarted: async (id, executionArn, at) => {
        const storm = this.storms.get(id) ?? unexpected('markStarted');
        this.storms.set(id, { ...storm, executionArn, startedAt: at });
      },
      change: async (id, changes, from) => {
        const storm = this.storms.get(id);
        if (!storm || !from.includes(storm.phase)) return false;
        this.storms.set(id, { ...storm, ...changes });
        return true;
      },
      addHeld: async (stormId, id, held) => {
        this.held.set(stormId, (this.held.get(stormId) ?? new Map()).set(id, held));
      },
      listHeld: async (stormId) => {
        const all = [...(this.held.get(stormId)?.values() ?? [])].flat();
        const distinct = new Map(all.map((each) => [each.alertId, each]));
        return [...distinct.values()].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
      },
      listNewest: async function* (this: void, { before }) {
        yield* stored().filter((storm) => !before || keyOf(storm) < keyOf(before));
      },
    });
  }

  titleClaims(): TitleClaims {
    const key = (relayId: string, title: string) => `${relayId} ${title}`;
    return late<TitleClaims>({
      holder: async (relayId, title) => this.titles.get(key(relayId, title)),
      claim: async (relayId, title, claim, before) => {
        const stored = this.titles.get(key(relayId, title));
        if (stored && (stored.jobId !== before?.jobId || stored.at !== before.at)) return false;
        this.titles.set(key(relayId, title), claim);
        return true;
      },
    });
  }

  incidentJobStore(): IncidentJobs {
    return late<IncidentJobs>({
      last: async (ruleId, fingerprint) => this.incidentJobs.get(`${ruleId} ${fingerprint}`),
      remember: async (ruleId, fingerprint, jobId) => void this.incidentJobs.set(`${ruleId} ${fingerprint}`, jobId),
    });
  }

  budgetStore(): Budgets {
    const rowOf = (scope: string, day: string) => {
      const row = this.budgets.get(`${scope} ${day}`) ?? new Map<string, number>();
      this.budgets.set(`${scope} ${day}`, row);
      return row;
    };
    return late<Budgets>({
      take: async ({ scope, maxSessions, maxCostUsd }, day, jobId) => {
        const row = rowOf(scope, day);
        const cost = [...row.values()].reduce((sum, each) => sum + each, 0);
        if (row.has(jobId)) return undefined;
        if (maxSessions !== undefined && row.size >= maxSessions) return { limit: 'sessions', used: row.size };
        if (maxCostUsd !== undefined && cost >= maxCostUsd) return { limit: 'cost', used: cost };
        row.set(jobId, 0);
        return undefined;
      },
      giveBack: async (scope, day, jobId) => void rowOf(scope, day).delete(jobId),
      spend: async (scope, day, jobId, costUsd) => void rowOf(scope, day).set(jobId, costUsd),
    });
  }

  ledger(): Ledger {
    const put = (key: string, row: { entries: number; decisions: number; reasons?: ReasonCounts }) =>
      this.ledgerRows.set(key, row);
    return late<Ledger>({
      accepted: async ({ relayId, day, deliveryId, entries, decisions }) => {
        const key = `${relayId} ${day} DELIVERY#${deliveryId}`;
        if (!this.ledgerRows.has(key)) put(key, { entries, decisions });
      },
      decided: async ({ relayId, day, deliveryId, entries, reasons }) => {
        const key = `${relayId} ${day} DELIVERY#${deliveryId}`;
        if (!this.ledgerRows.get(key)?.reasons) put(key, { entries, decisions: totalOf(reasons), reasons });
      },
      moved: async ({ relayId, day, id, reasons }) =>
        void put(`${relayId} ${day} MOVE#${id}`, { entries: 0, decisions: 0, reasons }),
      day: async (relayId, day) => this.ledgerDay(relayId, day),
    });
  }

  ledgerDay(relayId: string, day: string): LedgerDay {
    const rows = [...this.ledgerRows].filter(([key]) => key.startsWith(`${relayId} ${day} `));
    const isMove = ([key]: [string, unknown]) => key.includes(' MOVE#');
    const reasonsOf = (of: typeof rows) => of.map(([, row]) => row.reasons ?? {});
    const accounts = addCounts(...reasonsOf(rows.filter((row) => !isMove(row))));
    const reasons = afterMoves(accounts, reasonsOf(rows.filter(isMove)));
    const accepted = rows.reduce((sum, [, { decisions }]) => sum + decisions, 0);
    return {
      deliveries: rows.filter(([key]) => key.includes(' DELIVERY#')).length,
      entries: rows.reduce((sum, [, { entries }]) => sum + entries, 0),
      accepted,
      reasons,
      undecided: accepted - totalOf(reasons),
    };
  }
}
