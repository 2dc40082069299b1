import type { AlertOccurrence } from '../contract/alert.ts';
import { alertIdOf, nextAlertIdOf } from '../domain/alert/alert-id.ts';
import { isStaleAt } from '../domain/alert/delivered-entry.ts';
import { forEachConcurrently } from '../domain/task/concurrency.ts';
import type { AlertStore } from '../ports.ts';

/** Two reads each, of a few milliseconds: 1,000 incidents without a start take about half a second. */
const READS_AT_ONCE = 25;

/**
 * The alert of each occurrence, in order. A start makes the id by itself. Without one, an occurrence belongs to the open
 * alert of its incident; where there is none, to the one after the newest, so that repeats at the same time agree.
 */
export async function identify(
  alerts: Pick<AlertStore, 'latestOf'>,
  relayId: string,
  occurrences: AlertOccurrence[],
  receivedAt: string,
): Promise<string[]> {
  const withoutStart = occurrences.filter(({ startsAt }) => startsAt === undefined);
  const fingerprints = new Set(withoutStart.map(({ fingerprint }) => fingerprint));
  const current = new Map<string, string>();
  await forEachConcurrently(fingerprints, READS_AT_ONCE, async (fingerprint) => {
    current.set(fingerprint, await currentAlertId(alerts, relayId, fingerprint, receivedAt));
  });

  return occurrences.map(({ fingerprint, startsAt }) =>
    startsAt === undefined ? (current.get(fingerprint) ?? '') : alertIdOf({ relayId, fingerprint, startsAt }),
  );
}

async function currentAlertId(
  alerts: Pick<AlertStore, 'latestOf'>,
  relayId: string,
  fingerprint: string,
  receivedAt: string,
): Promise<string> {
  const latest = await alerts.latestOf(relayId, fingerprint);
  if (latest && latest.resolvedAt === undefined && !isStaleAt(receivedAt, latest)) return latest.id;
  return nextAlertIdOf({ relayId, fingerprint, previousAlertId: latest?.id ?? null });
}
