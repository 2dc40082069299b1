import type { Alert } from '../domain/alert.ts';
import { alertOf, belongsTo, type Entry, resolution, retold } from '../domain/delivered-entry.ts';
import type { AlertStore, AlertWords } from '../ports.ts';
import type { FoundAlert } from './find-alert.ts';

/** Stores what an entry says of its alert, and returns the alert as it is to be decided on. May be repeated. */
export async function storeEntry(alerts: AlertStore, entry: Entry, found: FoundAlert): Promise<Alert> {
  return entry.occurrence.status === 'firing' ? storeOpen(alerts, entry, found) : storeMarked(alerts, entry, found);
}

async function storeOpen(alerts: AlertStore, entry: Entry, { id, alert }: FoundAlert): Promise<Alert> {
  // Routed or closed: stored with everything that belongs to it.
  if (alert && (alert.routedAt !== undefined || alert.resolvedAt !== undefined)) return alert;
  const stored = alert ?? alertOf(entry, id);
  if (await alerts.create(stored)) return stored;
  // There already: its routing broke off or runs beside this one, or another entry came before the firing one.
  const before = alert ?? (await alerts.get(id)) ?? stored;
  const told = retold(entry, before);
  // Repeats of a storm say the same, and are not to queue for the row.
  if (JSON.stringify(wordsOf(told)) !== JSON.stringify(wordsOf(before))) await alerts.retell(id, wordsOf(told));
  return told;
}

async function storeMarked(alerts: AlertStore, entry: Entry, { id, alert }: FoundAlert): Promise<Alert> {
  const { receivedAt, format } = entry.delivery;
  const told = alertOf(entry, id);
  // Unknown: the firing entry comes later, or never. It will find the alert marked.
  if (!alert && (await alerts.create(told))) return told;
  const stored = alert ?? (await alerts.get(id)) ?? told;
  if (!belongsTo(entry, stored)) return stored;
  switch (entry.occurrence.status) {
    case 'resolved':
      if (stored.resolvedAt !== undefined) return stored;
      await alerts.resolve(id, receivedAt, format, entry.occurrence.occurredAt);
      return { ...stored, ...resolution(entry) };
    case 'acknowledged':
      if (stored.acknowledgedAt === undefined) await alerts.acknowledge(id, receivedAt, 'monitoring_system');
      return stored;
    default:
      return stored;
  }
}

const wordsOf = ({
  title,
  message,
  severity,
  source,
  service,
  environment,
  externalId,
  ...rest
}: Alert): AlertWords => ({
  title,
  message,
  severity,
  source,
  service,
  environment,
  externalId,
  links: rest.links,
  labels: rest.labels,
  metadata: rest.metadata,
});
