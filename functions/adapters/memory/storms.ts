import { openCount } from '../../domain/decision/decision.ts';
import type { HeldAlert, Storm } from '../../domain/storm/storm.ts';
import { emptyWindow, type StormWindow } from '../../domain/storm/storm-window.ts';
import type { StormMembers, StormStore, WindowStore } from '../../ports.ts';
import type { AlertRows } from './alerts.ts';
import { type DecisionRows, decisionKey } from './decisions.ts';
import { newestFirst, Rows, swap } from './rows.ts';

interface WindowRow {
  window: StormWindow;
  version: number;
}

interface StormRows {
  windows: Rows<WindowRow>;
  storms: Rows<Storm>;
  /** By storm, then by id of the row. */
  held: Rows<Map<string, HeldAlert[]>>;
}

export const stormRows = (): StormRows => ({ windows: new Rows(), storms: new Rows(), held: new Rows() });

export function memoryWindows({ windows }: Pick<StormRows, 'windows'>, below?: Pick<WindowStore, 'read'>): WindowStore {
  const belowOf = (ruleId: string) => async () => below?.read(ruleId);
  return {
    read: async (ruleId) => (await windows.get(ruleId, belowOf(ruleId))) ?? { window: emptyWindow, version: 0 },
    write: async (ruleId, window, version) => swap(windows, ruleId, { window, version }, belowOf(ruleId)),
  };
}

export function memoryStorms({ storms, held }: Pick<StormRows, 'storms' | 'held'>): StormStore {
  return {
    createOrGet: async (storm) => storms.createOrGet(storm.id, storm),
    get: async (id) => storms.get(id),
    list: async (ids) => [...new Set(ids)].flatMap((id) => storms.own.get(id) ?? []),
    async markStarted(id, executionArn, startedAt) {
      const isThere = await storms.change(id, (storm) => storm && { ...storm, executionArn, startedAt });
      if (!isThere) throw new Error(`Storm ${id} is unknown`);
    },
    change: async (id, changes, from) =>
      storms.change(id, (storm) =>
        storm && from.includes(storm.phase) ? { ...storm, ...withoutUndefined(changes) } : undefined,
      ),
    async addHeld(stormId, id, alerts) {
      // In place: the 10,000 rows of a large storm are not to be copied for each.
      if (alerts.length > 0) await held.change(stormId, (before = new Map()) => before.set(id, alerts));
    },
    // What a storm holds is not kept apart here.
    async listHeld(stormId) {
      const distinct = new Map<string, HeldAlert>();
      for (const each of [...((await held.get(stormId))?.values() ?? [])].flat()) {
        if (!distinct.has(each.alertId)) distinct.set(each.alertId, each);
      }
      return [...distinct.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    },
    async *listNewest({ before }) {
      yield* newestFirst(storms.own.values(), before);
    },
  };
}

/** What storms read of alerts and of the decisions that hold them. */
export const memoryMembers = (
  { alerts }: Pick<AlertRows, 'alerts'>,
  { decisions }: Pick<DecisionRows, 'decisions'>,
): StormMembers => ({
  list: async (ruleId, ids) =>
    ids.flatMap((id) => {
      const alert = alerts.own.get(id);
      if (!alert) return [];
      const { title, severity, source, service, createdAt, resolvedAt } = alert;
      const held = decisions.own.get(decisionKey({ alertId: id, ruleId, reason: 'storm_held' }));
      const heldCount = held?.followedBy === undefined ? (held ? openCount(held) : 0) : undefined;
      const summary = { id, title, severity, source, ...(service !== undefined && { service }), createdAt };
      return [{ ...summary, isResolved: resolvedAt !== undefined, heldCount }];
    }),
});

const withoutUndefined = (changes: Partial<Storm>): Partial<Storm> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
