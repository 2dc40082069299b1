import type { Alert } from '../../domain/alert/alert.ts';
import { incidentsOf } from '../../domain/alert/incident.ts';
import type { AlertStore } from '../../ports.ts';
import { Rows } from './rows.ts';

export interface AlertRows {
  alerts: Rows<Alert>;
  /** Id of the newest alert of each incident. */
  latest: Rows<string>;
}

export const alertRows = (): AlertRows => ({ alerts: new Rows(), latest: new Rows() });

type Below = Pick<AlertStore, 'get' | 'latestOf'>;

export interface MemoryAlerts extends AlertStore {
  /** Points the incidents of the alert to it. Writes with it where it is not there; else false. */
  writeNew(alert: Alert, write: () => void): Promise<boolean>;
}

/** Alerts in memory, and the newest of each incident. */
export function memoryAlerts({ alerts, latest }: AlertRows, below?: Below): MemoryAlerts {
  const belowOf = (id: string) => async () => below?.get(id);
  const get = async (id: string) => alerts.get(id, belowOf(id));
  const change = async (id: string, next: (alert: Alert) => Alert | undefined) =>
    alerts.change(id, (alert) => alert && next(alert), belowOf(id));
  const latestOf = async (relayId: string, incident: string): Promise<Alert | undefined> => {
    const id = await latest.get(keyOf(relayId, incident));
    if (id !== undefined) return get(id);
    const beneath = await below?.latestOf(relayId, incident);
    // As it is by now: it may have been changed here.
    return beneath && get(beneath.id);
  };

  /** Nothing else happens between the look at the rows and `write`, so it is one conditional write of all of them. */
  async function writeNew(alert: Alert, write: () => void): Promise<boolean> {
    const isThere = (await get(alert.id)) !== undefined;
    const incidents = incidentsOf(alert);
    const newest = await Promise.all(incidents.map((incident) => latestOf(alert.relayId, incident)));
    const isNew = !isThere && !alerts.own.has(alert.id);
    if (isNew) write();
    for (const [index, incident] of incidents.entries()) {
      const before = newest[index];
      if (before && Date.parse(before.startsAt) >= Date.parse(alert.startsAt)) continue;
      latest.own.set(keyOf(alert.relayId, incident), alert.id);
    }
    return isNew;
  }

  return {
    get,
    find: async (id, relayId, incident) => (await get(id)) ?? latestOf(relayId, incident),
    latestOf,
    async create(alert) {
      return writeNew(alert, () => alerts.own.set(alert.id, alert));
    },
    writeNew,
    async markRouted(id, routedAt) {
      if (!(await change(id, (alert) => ({ routedAt, ...alert })))) throw new Error(`Alert ${id} is unknown`);
    },
    async acknowledge(id, at, acknowledgedBy) {
      await change(id, (alert) =>
        alert.acknowledgedAt === undefined
          ? { ...alert, acknowledgedAt: at, updatedAt: at, acknowledgedBy }
          : undefined,
      );
    },
    async sayAcknowledged(id, isAcknowledged, at, acknowledgementSaidAt) {
      await change(id, (alert) => {
        if ((alert.acknowledgementSaidAt ?? '') > acknowledgementSaidAt) return undefined;
        const { acknowledgedAt = at, acknowledgedBy = monitoring, ...rest } = alert;
        const said = { ...rest, acknowledgementSaidAt, updatedAt: at };
        if (isAcknowledged) return { ...said, acknowledgedAt, acknowledgedBy };
        return acknowledgedBy === monitoring ? said : undefined;
      });
    },
    async updateContent(id, words) {
      const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
      await change(id, (alert) => ({ ...alert, ...given }));
    },
    async resolve(id, at, resolvedByProvider, occurredAt) {
      await change(id, (alert) => {
        if (alert.resolvedAt !== undefined) return undefined;
        const resolution = {
          resolvedAt: at,
          updatedAt: at,
          resolvedBy: 'monitoring_system' as const,
          resolvedByProvider,
        };
        return { ...alert, ...resolution, ...(occurredAt !== undefined && { resolutionOccurredAt: occurredAt }) };
      });
    },
  };
}

const monitoring = 'monitoring_system';

const keyOf = (relayId: string, incident: string): string => JSON.stringify([relayId, incident]);
