import type { Alert } from '../../../domain/alert/alert.ts';
import type { AlertStore } from '../../../ports.ts';

/** The stored alerts, with what is written kept on top of them in memory and nowhere else. */
export function alertsOnTop(stored: Pick<AlertStore, 'get' | 'latestOf'>): AlertStore {
  const written = new Map<string, Alert>();
  /** Written ones that became the newest of their incident. */
  const newest = new Map<string, string>();
  const incidentOf = (relayId: string, fingerprint: string) => JSON.stringify([relayId, fingerprint]);
  const get = async (id: string) => written.get(id) ?? (await stored.get(id));
  const latestOf = async (relayId: string, fingerprint: string) => {
    const id = newest.get(incidentOf(relayId, fingerprint));
    return id === undefined ? stored.latestOf(relayId, fingerprint) : get(id);
  };
  const change = async (id: string, next: (alert: Alert) => Alert) => {
    const alert = await get(id);
    if (alert) written.set(id, next(alert));
  };

  return {
    get,
    latestOf,
    async create(alert) {
      const latest = await latestOf(alert.relayId, alert.fingerprint);
      if (!latest || Date.parse(latest.startsAt) < Date.parse(alert.startsAt)) {
        newest.set(incidentOf(alert.relayId, alert.fingerprint), alert.id);
      }
      if (await get(alert.id)) return false;
      written.set(alert.id, alert);
      return true;
    },
    markRouted: (id, routedAt) => change(id, (alert) => ({ routedAt, ...alert })),
    acknowledge: (id, acknowledgedAt, acknowledgedBy) =>
      change(id, (alert) => ({ acknowledgedAt, acknowledgedBy, ...alert })),
    updateContent: (id, words) =>
      change(id, (alert) => (alert.routedAt === undefined ? { ...alert, ...words } : alert)),
    resolve: (id, resolvedAt, resolvedByProvider, resolutionOccurredAt) =>
      change(id, (alert) =>
        alert.resolvedAt === undefined
          ? { ...alert, resolvedAt, resolvedBy: 'monitoring_system', resolvedByProvider, resolutionOccurredAt }
          : alert,
      ),
  };
}
