import type { Alert } from '../domain/alert/alert.ts';
import { nextAlertIdOf } from '../domain/alert/alert-id.ts';
import { belongsTo, type DeliveredEntry, isOverFor } from '../domain/alert/delivered-entry.ts';
import type { AlertStore } from '../ports.ts';

/** The alert that an entry speaks of. */
export interface FoundAlert {
  id: string;
  /** Undefined where it is not stored yet. */
  alert: Alert | undefined;
}

/** How often an incident may fire anew while one delivery waits. More is a fault, not a flapping alert. */
const MAX_ANEW = 20;

/**
 * Finds the alert of an entry. A start names it for good. Without one the entry belongs to what is open, and a firing one to
 * the incident's next alert where all before were resolved before it came in: a repeat never makes a second alert, and a new
 * firing is never swallowed. Throws if the next alert is not found within `MAX_ANEW` steps.
 */
export async function findAlert(
  alerts: Pick<AlertStore, 'get' | 'latestOf'>,
  entry: DeliveredEntry,
): Promise<FoundAlert> {
  const { alertId, delivery, occurrence } = entry;
  if (occurrence.startsAt !== undefined) return { id: alertId, alert: await alerts.get(alertId) };

  const { last, next } = await followIncident(alerts, entry);
  if (last && belongsTo(entry, last)) return { id: last.id, alert: last };
  const latest = await alerts.latestOf(delivery.relayId, occurrence.fingerprint);
  if (latest && belongsTo(entry, latest)) return { id: latest.id, alert: latest };
  // What concerns nothing that is open is counted for the alert that was closed before.
  const before = last ?? (mayComeFirst(occurrence.status) ? undefined : latest);
  if (before && occurrence.status !== 'firing') return { id: before.id, alert: before };
  return { id: next, alert: undefined };
}

/** What says something for good of an alert, and so is kept with it, even where the firing entry comes later. */
const mayComeFirst = (status: DeliveredEntry['occurrence']['status']): boolean =>
  status === 'firing' || status === 'acknowledged' || status === 'resolved';

/** Goes from alert to alert while they are over. `last` is the last one that is stored, `next` the id after it. */
async function followIncident(
  alerts: Pick<AlertStore, 'get'>,
  entry: DeliveredEntry,
): Promise<{ last: Alert | undefined; next: string }> {
  const { relayId } = entry.delivery;
  const { fingerprint } = entry.occurrence;
  let last: Alert | undefined;
  let next = entry.alertId;
  for (let step = 0; step <= MAX_ANEW; step++) {
    const alert = await alerts.get(next);
    if (!alert) return { last, next };
    last = alert;
    if (!isOverFor(entry, alert)) return { last, next };
    next = nextAlertIdOf({ relayId, fingerprint, previousAlertId: alert.id });
  }
  throw new Error(`Alert ${entry.alertId} fired anew more than ${MAX_ANEW} times`);
}
