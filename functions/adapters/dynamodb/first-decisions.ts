import type { FirstDecisions } from '../../ports.ts';
import { alertAction, isWithout, pointersTo } from './alert-store.ts';
import { newDecisionRow } from './decision-count.ts';
import { keys } from './keys.ts';
import { newRows, type Unit } from './new-rows.ts';
import { isAbsent } from './rows.ts';
import type { Table } from './table.ts';
import type { Action } from './transact.ts';

/** Writes the first decisions on new alerts, those of a wave together. */
export function firstDecisions(table: Table): (first: FirstDecisions) => Promise<boolean> {
  const write = newRows(table);
  return (first) => write(unitOf(first));
}

function unitOf({ alert, isStored, decisions, entry, routedAt }: FirstDecisions): Unit {
  const rows = decisions.map((decision) => ({ put: newDecisionRow(decision, entry), condition: isAbsent }));
  if (isStored)
    return { actions: [...rows, ...(routedAt === undefined ? [] : [routed(alert.id, routedAt)])], pointers: [] };
  const routedAlert = { ...alert, ...(routedAt !== undefined && { routedAt }) };
  return { actions: [alertAction(routedAlert), ...rows], pointers: pointersTo(alert) };
}

const routed = (alertId: string, at: string): Action => ({
  update: {
    key: keys.alert(alertId),
    expression: 'SET routedAt = :at',
    condition: isWithout('routedAt'),
    values: { ':at': at },
  },
});
