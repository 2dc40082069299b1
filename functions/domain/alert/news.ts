import type { Alert } from './alert.ts';
import type { DeliveredEntry } from './delivered-entry.ts';

/**
 * An alert that is open and was routed, in its sender's newest words: a firing entry tells all of it anew, an update
 * what it names, labels one by one. Its first severity is kept. Undefined where the entry is no news, or older than
 * what is known.
 */
export function withNews({ delivery, occurrence }: DeliveredEntry, alert: Alert): Alert | undefined {
  const { status, severityAssumed, occurredAt } = occurrence;
  const isOpen = alert.routedAt !== undefined && alert.resolvedAt === undefined;
  if (!isOpen || (status !== 'firing' && status !== 'update') || isOlder(occurredAt, alert)) return undefined;
  const severity = severityAssumed ? alert.severity : occurrence.severity;
  const { title, message, source, service, environment, externalId, links, labels, metadata } = occurrence;
  const told =
    status === 'firing'
      ? { title, message, source, service, environment, externalId, links, labels, metadata }
      : {
          service: service ?? alert.service,
          environment: environment ?? alert.environment,
          labels: { ...alert.labels, ...labels },
        };
  return {
    ...alert,
    ...told,
    severity,
    ...(severity !== alert.severity && { firstSeverity: alert.firstSeverity ?? alert.severity }),
    ...(occurredAt !== undefined && { newsOccurredAt: occurredAt }),
    updatedAt: delivery.receivedAt,
  };
}

/** By the sender's own times, where both are known. */
function isOlder(occurredAt: string | undefined, { newsOccurredAt, occurredAt: first }: Alert): boolean {
  const known = newsOccurredAt ?? first;
  return occurredAt !== undefined && known !== undefined && Date.parse(occurredAt) < Date.parse(known);
}

/**
 * What conditions of rules ask, and people look at: without links and metadata, whose values change with every repeat.
 */
export const saysSame = (one: Alert, other: Alert): boolean =>
  JSON.stringify(saidOf(one)) === JSON.stringify(saidOf(other));

const saidOf = ({ title, message, severity, source, service, environment, labels }: Alert) => [
  ...[title, message, severity, source, service, environment],
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
];
