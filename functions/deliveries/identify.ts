import type { AlertOccurrence } from '../contract/alert.ts';
import { alertIdOf, type IncidentKey, nextAlertIdOf } from '../domain/alert/alert-id.ts';
import { isStaleAt } from '../domain/alert/delivered-entry.ts';
import { incidentOf } from '../domain/alert/incident.ts';
import { forEachConcurrently } from '../domain/task/concurrency.ts';
import type { AlertStore } from '../ports.ts';

/** Two reads each, of a few milliseconds: 1,000 incidents without a start take about half a second. */
const READS_AT_ONCE = 25;

/**
 * The alert of each occurrence, in order. A start makes the id by itself. Without one, an occurrence belongs to the
 * open alert of its incident; where there is none, to the one after the newest, so that repeats at the same time agree.
 * Routing has the last word: a start that moves is still that of the open alert.
 */
export async function identify(
  alerts: Pick<AlertStore, 'latestOf'>,
  relayId: string,
  occurrences: AlertOccurrence[],
  receivedAt: string,
): Promise<string[]> {
  const withoutStart = occurrences.filter(({ startsAt }) => startsAt === undefined);
  const incidents = new Map(withoutStart.map((occurrence) => [incidentOf(occurrence), occurrence]));
  const current = new Map<string, string>();
  await forEachConcurrently(incidents, READS_AT_ONCE, async ([incident, { fingerprint, strength }]) => {
    current.set(incident, await currentAlertId(alerts, { relayId, fingerprint, strength }, receivedAt));
  });

  return occurrences.map(({ fingerprint, strength, startsAt }) =>
    startsAt === undefined
      ? (current.get(incidentOf({ fingerprint, strength })) ?? '')
      : alertIdOf({ relayId, fingerprint, strength, startsAt }),
  );
}

async function currentAlertId(
  alerts: Pick<AlertStore, 'latestOf'>,
  key: IncidentKey,
  receivedAt: string,
): Promise<string> {
  const latest = await alerts.latestOf(key.relayId, incidentOf(key));
  if (latest && latest.resolvedAt === undefined && !isStaleAt(receivedAt, latest)) return latest.id;
  return nextAlertIdOf({ ...key, previousAlertId: latest?.id ?? null });
}
