import type { Alert } from '../domain/alert/alert.ts';
import {
  alertOf,
  belongsTo,
  type DeliveredEntry,
  resolution,
  saidAt,
  withNewContent,
} from '../domain/alert/delivered-entry.ts';
import type { AlertContent, AlertStore } from '../ports.ts';
import type { FoundAlert } from './find-alert.ts';

/** The alert as it is to be decided on. `isNew`: it is not there yet. */
interface StoredAlert {
  alert: Alert;
  isNew: boolean;
}

/** Stores what an entry says of an alert that is there. Idempotent. */
export async function storeEntry(alerts: AlertStore, entry: DeliveredEntry, found: FoundAlert): Promise<StoredAlert> {
  return entry.occurrence.status === 'firing' ? storeOpen(alerts, entry, found) : storeMarked(alerts, entry, found);
}

async function storeOpen(alerts: AlertStore, entry: DeliveredEntry, { id, alert }: FoundAlert): Promise<StoredAlert> {
  // Routed or closed: stored with everything that belongs to it.
  if (alert && (alert.routedAt !== undefined || alert.resolvedAt !== undefined)) return known(alert);
  if (!alert) return { alert: alertOf(entry, id), isNew: true };
  // Its routing was interrupted or runs beside this one, or another entry came before the firing one. Written by the
  // release before, the way from its incident may be missing.
  await alerts.create(alert);
  const updated = withNewContent(entry, alert);
  // Repeats of a storm say the same, and are not to queue for the row.
  if (JSON.stringify(contentOf(updated)) !== JSON.stringify(contentOf(alert)))
    await alerts.updateContent(id, contentOf(updated));
  return known(updated);
}

async function storeMarked(alerts: AlertStore, entry: DeliveredEntry, found: FoundAlert): Promise<StoredAlert> {
  const { receivedAt, format } = entry.delivery;
  const { id, alert: stored } = found;
  // Unknown: the firing entry comes later, or never. It will find the alert marked.
  if (!stored) return { alert: alertOf(entry, id), isNew: true };
  if (!belongsTo(entry, stored)) return known(stored);
  const { status } = entry.occurrence;
  switch (status) {
    case 'resolved':
      if (stored.resolvedAt !== undefined) return known(stored);
      await alerts.resolve(id, receivedAt, format, entry.occurrence.occurredAt);
      return known({ ...stored, ...resolution(entry) });
    case 'acknowledged':
    case 'unacknowledged':
      await alerts.sayAcknowledged(id, status === 'acknowledged', receivedAt, saidAt(entry));
      return known(stored);
    default:
      return known(stored);
  }
}

const known = (alert: Alert): StoredAlert => ({ alert, isNew: false });

export const contentOf = ({
  title,
  message,
  severity,
  firstSeverity,
  source,
  service,
  environment,
  externalId,
  links,
  labels,
  metadata,
  newsOccurredAt,
  updatedAt,
}: Alert): AlertContent => ({
  title,
  message,
  severity,
  firstSeverity,
  source,
  service,
  environment,
  externalId,
  links,
  labels,
  metadata,
  newsOccurredAt,
  updatedAt,
});
