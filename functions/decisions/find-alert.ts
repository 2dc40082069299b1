import type { Alert } from '../domain/alert/alert.ts';
import { nextAlertIdOf } from '../domain/alert/alert-id.ts';
import { belongsTo, type DeliveredEntry, isOfIncident, isOverFor } from '../domain/alert/delivered-entry.ts';
import { incidentOf, weakerIncidentsOf } from '../domain/alert/incident.ts';
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
 * Finds the alert of an entry, among those that came through hooks of the same strength; what is open and came through
 * a weaker one is found too, unless a firing entry comes through another hook than it did.
 */
export async function findAlert(
  alerts: Pick<AlertStore, 'get' | 'find' | 'latestOf'>,
  entry: DeliveredEntry,
): Promise<FoundAlert> {
  const { startsAt, status } = entry.occurrence;
  const found = await (startsAt === undefined ? findWithoutStart(alerts, entry) : findByStart(alerts, entry));
  if (found.alert && (status === 'firing' || found.alert.resolvedAt === undefined)) return found;
  return (await findWeaker(alerts, entry)) ?? found;
}

/** A start names the alert. One that names none is that of the incident's newest alert where it speaks of that. */
async function findByStart(alerts: Pick<AlertStore, 'find'>, entry: DeliveredEntry): Promise<FoundAlert> {
  const { alertId, delivery, occurrence } = entry;
  const found = await alerts.find(alertId, delivery.relayId, incidentOf(occurrence));
  const isMeant = found && (found.id === alertId || isOfIncident(entry, found));
  return isMeant ? { id: found.id, alert: found } : { id: alertId, alert: undefined };
}

async function findWeaker(
  alerts: Pick<AlertStore, 'latestOf'>,
  entry: DeliveredEntry,
): Promise<FoundAlert | undefined> {
  const { delivery, occurrence } = entry;
  for (const incident of weakerIncidentsOf(occurrence)) {
    const alert = await alerts.latestOf(delivery.relayId, incident);
    if (!alert || alert.resolvedAt !== undefined) continue;
    // The alert of a hook that asks for more today than when it came in.
    if (occurrence.status === 'firing' && alert.webhookId !== delivery.webhookId) continue;
    const isMeant = occurrence.startsAt === undefined ? belongsTo(entry, alert) : isOfIncident(entry, alert);
    if (isMeant) return { id: alert.id, alert };
  }
  return undefined;
}

/**
 * Without a start the entry belongs to what is open, and a firing one to the incident's next alert where all before
 * were resolved before it came in: a repeat never makes a second alert, and a new firing is never swallowed. Throws if
 * the next alert is not found within `MAX_ANEW` steps.
 */
async function findWithoutStart(
  alerts: Pick<AlertStore, 'get' | 'latestOf'>,
  entry: DeliveredEntry,
): Promise<FoundAlert> {
  const { delivery, occurrence } = entry;
  const { last, next } = await followIncident(alerts, entry);
  if (last && belongsTo(entry, last)) return { id: last.id, alert: last };
  const latest = await alerts.latestOf(delivery.relayId, incidentOf(occurrence));
  if (latest && belongsTo(entry, latest)) return { id: latest.id, alert: latest };
  // What concerns nothing that is open is counted for the alert that was closed before.
  const before = last ?? (mayComeFirst(occurrence.status) ? undefined : latest);
  if (before && occurrence.status !== 'firing') return { id: before.id, alert: before };
  return { id: next, alert: undefined };
}

/** What says something for good of an alert, and so is kept with it, even where the firing entry comes later. */
const mayComeFirst = (status: DeliveredEntry['occurrence']['status']): boolean =>
  status === 'firing' || status === 'acknowledged' || status === 'unacknowledged' || status === 'resolved';

/** Goes from alert to alert while they are over. `last` is the last one that is stored, `next` the id after it. */
async function followIncident(
  alerts: Pick<AlertStore, 'get'>,
  entry: DeliveredEntry,
): Promise<{ last: Alert | undefined; next: string }> {
  const { relayId } = entry.delivery;
  const { fingerprint, strength } = entry.occurrence;
  let last: Alert | undefined;
  let next = entry.alertId;
  for (let step = 0; step <= MAX_ANEW; step++) {
    const alert = await alerts.get(next);
    if (!alert) return { last, next };
    last = alert;
    if (!isOverFor(entry, alert)) return { last, next };
    next = nextAlertIdOf({ relayId, fingerprint, strength, previousAlertId: alert.id });
  }
  throw new Error(`Alert ${entry.alertId} fired anew more than ${MAX_ANEW} times`);
}
