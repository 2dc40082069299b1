import type { Table } from './table.ts';
import { together } from './together.ts';
import { ACTIONS_PER_TRANSACTION, type Action, type PutAction, transact } from './transact.ts';

/** Rows that are written all or not at all. No two units at once are of the same rows, but for their pointers. */
export interface Unit {
  /** At least one of them holds only where the unit is new. */
  actions: Action[];
  /** Left out where their condition does not hold. */
  pointers: PutAction[];
}

/** A row has 400 KB at most, a transaction 4 MB. */
const UNITS_TOGETHER = ACTIONS_PER_TRANSACTION;
const MOST_BYTES = 2_000_000;
/** How often others may write the same rows at the same moment. A refusal leaves less to write each time. */
const MOST_CONFLICTS = 5;

/**
 * Writes units whose rows are new. False: nothing of the unit is written, since a condition of its actions does not
 * hold. Units that are asked for at once are written together, as many as a transaction holds; where that fails, each
 * alone, so that one which can never be written keeps no other from it. A unit has at most as many rows as a
 * transaction.
 */
export function newRows(table: Table): (unit: Unit) => Promise<boolean> {
  const write = together(UNITS_TOGETHER, async (units: Unit[]) => {
    const written = new Map<Unit, Written>();
    for (const group of groupsOf(units)) await writeOrEach(table, group, written);
    return units.map((unit) => written.get(unit) ?? { error: new Error('Not written') });
  });
  return async (unit) => {
    const written = await write(unit);
    if ('error' in written) throw written.error;
    return written.isNew;
  };
}

type Written = { isNew: boolean } | { error: unknown };

async function writeOrEach(table: Table, units: Unit[], written: Map<Unit, Written>): Promise<void> {
  try {
    await writeGroup(table, units, written);
  } catch (error) {
    const left = units.filter((unit) => !written.has(unit));
    const [only] = left;
    if (only && units.length === 1) written.set(only, { error });
    else for (const unit of left) await writeOrEach(table, [unit], written);
  }
}

interface Part {
  unit: Unit;
  action: Action;
  isPointer: boolean;
}

async function writeGroup(table: Table, units: Unit[], written: Map<Unit, Written>): Promise<void> {
  let parts = units.flatMap(partsOf);
  for (let conflicts = 0; parts.length > 0; ) {
    const done = await transact(
      table,
      parts.map(({ action }) => action),
    );
    if (done.kind === 'written') {
      for (const { unit } of parts) written.set(unit, { isNew: true });
      return;
    }
    if (done.kind === 'conflict') {
      if (++conflicts === MOST_CONFLICTS) throw new Error('Others write the same alerts at this moment');
      continue;
    }
    const refused = done.actions.flatMap((index) => parts[index] ?? []);
    const failed = new Set(refused.filter(({ isPointer }) => !isPointer).map(({ unit }) => unit));
    for (const unit of failed) written.set(unit, { isNew: false });
    parts = parts.filter((part) => !failed.has(part.unit) && !refused.includes(part));
  }
}

const partsOf = (unit: Unit): Part[] => [
  ...unit.actions.map((action) => ({ unit, action, isPointer: false })),
  ...unit.pointers.map((action) => ({ unit, action, isPointer: true })),
];

/** In groups that a transaction holds, in each of which every row stands once. */
function groupsOf(units: Unit[]): Unit[][] {
  const groups: { units: Unit[]; actions: number; bytes: number; rows: Set<string> }[] = [];
  for (const unit of units) {
    const all = partsOf(unit).map(({ action }) => action);
    const bytes = JSON.stringify(all).length;
    const rows = all.map(rowOf);
    const fits = (group: (typeof groups)[number]): boolean =>
      group.actions + all.length <= ACTIONS_PER_TRANSACTION &&
      group.bytes + bytes <= MOST_BYTES &&
      !rows.some((row) => group.rows.has(row));
    const last = groups.findLast(fits);
    const group = last ?? { units: [], actions: 0, bytes: 0, rows: new Set<string>() };
    if (!last) groups.push(group);
    group.units.push(unit);
    group.actions += all.length;
    group.bytes += bytes;
    for (const row of rows) group.rows.add(row);
  }
  return groups.map((group) => group.units);
}

function rowOf(action: Action): string {
  const { pk, sk } = 'put' in action ? action.put : action.update.key;
  return `${pk} ${sk}`;
}
