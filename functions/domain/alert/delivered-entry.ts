import type { AlertOccurrence } from '../../contract/alert.ts';
import type { Delivery } from '../../contract/delivery.ts';
import { limits } from '../../contract/limits.ts';
import { type Alert, deliveryRefOf } from './alert.ts';

/** What a delivery says of one alert. */
export interface DeliveredEntry {
  delivery: Delivery;
  alertId: string;
  occurrence: AlertOccurrence;
}

/**
 * The entries of several deliveries by incident, each group in the order of receipt: what speaks of one alert is routed
 * one after the other. Entries of one delivery that say the same of the same alert are one; the first is kept.
 */
export function entriesByIncident(deliveries: Delivery[]): DeliveredEntry[][] {
  const incidents = new Map<string, DeliveredEntry[]>();
  const inOrder = deliveries.toSorted((a, b) => Date.parse(a.receivedAt) - Date.parse(b.receivedAt));
  for (const delivery of inOrder) {
    for (const entry of distinctEntries(delivery)) {
      const incident = JSON.stringify([delivery.relayId, entry.occurrence.fingerprint]);
      incidents.set(incident, [...(incidents.get(incident) ?? []), entry]);
    }
  }
  return [...incidents.values()];
}

/**
 * What speaks of one alert is routed one after the other, and all alerts together: the first entry of each incident,
 * and so on.
 */
export function wavesOf(incidents: DeliveredEntry[][]): DeliveredEntry[][] {
  const most = Math.max(0, ...incidents.map((entries) => entries.length));
  return Array.from({ length: most }, (_, round) => incidents.flatMap((entries) => entries[round] ?? []));
}

function distinctEntries(delivery: Delivery): DeliveredEntry[] {
  const entries = new Map<string, DeliveredEntry>();
  for (const { alertId, occurrence } of delivery.items) {
    const said = `${alertId} ${occurrence.status}`;
    if (!entries.has(said)) entries.set(said, { delivery, alertId, occurrence });
  }
  return [...entries.values()];
}

/** The alert as an entry first tells of it. Where the sender gives no start, it began when it was received. */
export function alertOf(entry: DeliveredEntry, id: string): Alert {
  const {
    delivery,
    occurrence: { status, startsApart: _, severityAssumed: __, ...content },
  } = entry;
  const { relayId, receivedAt } = delivery;
  const alert: Alert = {
    ...content,
    id,
    relayId,
    ...deliveryRefOf(delivery),
    startsAt: content.startsAt ?? receivedAt,
    createdAt: receivedAt,
    updatedAt: receivedAt,
  };
  if (status === 'acknowledged') return { ...alert, ...acknowledgement(entry) };
  if (status === 'unacknowledged') return { ...alert, acknowledgementSaidAt: saidAt(entry) };
  // A test is over once it is received.
  return status === 'resolved' || status === 'test' ? { ...alert, ...resolution(entry) } : alert;
}

/** A stored alert in the words of its firing entry: what came before that, out of order, may have told less. */
export function withNewContent({ occurrence }: DeliveredEntry, alert: Alert): Alert {
  const { status: _, occurredAt: __, startsApart: ___, severityAssumed: ____, ...content } = occurrence;
  return { ...alert, ...content, startsAt: content.startsAt ?? alert.startsAt };
}

/** When an entry says what it says: by the sender's clock, or else by ours. */
export const saidAt = ({ delivery, occurrence }: DeliveredEntry): string =>
  occurrence.occurredAt ?? delivery.receivedAt;

const acknowledgement = (entry: DeliveredEntry) => ({
  acknowledgedAt: entry.delivery.receivedAt,
  acknowledgedBy: 'monitoring_system',
  acknowledgementSaidAt: saidAt(entry),
});

/** How a delivery closes an alert. */
export const resolution = ({ delivery: { receivedAt, format }, occurrence: { occurredAt } }: DeliveredEntry) => ({
  resolvedAt: receivedAt,
  resolvedBy: 'monitoring_system' as const,
  resolvedByProvider: format,
  ...(occurredAt !== undefined && { resolutionOccurredAt: occurredAt }),
});

/**
 * The alert was over before what the entry tells of: by the sender's own times where both have one, whichever came in
 * first; else by the times of receipt.
 */
export function isOverFor(entry: DeliveredEntry, alert: Alert): boolean {
  const { delivery, occurrence } = entry;
  const { resolvedAt, resolutionOccurredAt } = alert;
  if (resolvedAt === undefined) return isStaleFor(entry, alert);
  if (resolutionOccurredAt === undefined || occurrence.occurredAt === undefined) {
    return Date.parse(resolvedAt) < Date.parse(delivery.receivedAt);
  }
  return Date.parse(resolutionOccurredAt) < Date.parse(occurrence.occurredAt);
}

/**
 * A sender that gives no start and never says that an incident is over would have one alert per key for ever. Its open
 * alert stands for a day; what fires after that begins anew.
 */
export const isStaleAt = (receivedAt: string, { createdAt }: Alert): boolean =>
  Date.parse(receivedAt) - Date.parse(createdAt) >= limits.openWithoutStartHours * 3_600_000;

const isStaleFor = ({ delivery, occurrence }: DeliveredEntry, alert: Alert): boolean =>
  occurrence.startsAt === undefined && occurrence.status === 'firing' && isStaleAt(delivery.receivedAt, alert);

/** Likewise what had begun when the end came. */
function hadBegun({ createdAt, occurredAt }: Alert, { delivery, occurrence }: DeliveredEntry): boolean {
  if (occurredAt === undefined || occurrence.occurredAt === undefined) {
    return Date.parse(createdAt) <= Date.parse(delivery.receivedAt);
  }
  return Date.parse(occurredAt) <= Date.parse(occurrence.occurredAt);
}

/**
 * Whether an entry speaks of this alert of its incident. A start says so. Without one an entry speaks of what is open,
 * and a resolved one closes only what had begun when it came in.
 */
export function belongsTo(entry: DeliveredEntry, alert: Alert): boolean {
  const { occurrence } = entry;
  if (occurrence.startsAt !== undefined) return true;
  if (isOverFor(entry, alert)) return false;
  return occurrence.status !== 'resolved' || hadBegun(alert, entry);
}

/** However far an incident's start moves while it is open: what begins later than this begins anew. */
const startMovesMs = limits.openWithoutStartHours * 3_600_000;

/**
 * Whether an entry that names a start speaks of this alert of its incident, which began at another time: senders merge
 * replicas, whose starts differ, or name the end as the start of what is over. What is open is meant by all that began
 * within a day of it, and by every end after its beginning; what is over, by all that began before its end.
 */
export function isOfIncident(entry: DeliveredEntry, alert: Alert): boolean {
  const { startsAt, startsApart, status } = entry.occurrence;
  if (startsAt === undefined || startsApart) return false;
  const [began, over] = [Date.parse(alert.startsAt), Date.parse(alert.resolutionOccurredAt ?? alert.startsAt)];
  if (status === 'resolved') {
    const end = Date.parse(saidAt(entry));
    if (alert.resolvedAt === undefined) return began <= end;
    return alert.resolutionOccurredAt === undefined || end <= over;
  }
  const start = Date.parse(startsAt);
  return alert.resolvedAt === undefined ? start - began < startMovesMs : start <= Math.max(began, over);
}
