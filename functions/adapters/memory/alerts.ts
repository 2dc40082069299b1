import type { Alert } from '../../domain/alert/alert.ts';
import type { AlertStore } from '../../ports.ts';
import { Rows } from './rows.ts';

export interface AlertRows {
  alerts: Rows<Alert>;
  /** Id of the newest alert of each incident. */
  latest: Rows<string>;
}

export const alertRows = (): AlertRows => ({ alerts: new Rows(), latest: new Rows() });

type Below = Pick<AlertStore, 'get' | 'latestOf'>;

/** Alerts in memory, and the newest of each incident. */
export function memoryAlerts({ alerts, latest }: AlertRows, below?: Below): AlertStore {
  const belowOf = (id: string) => async () => below?.get(id);
  const get = async (id: string) => alerts.get(id, belowOf(id));
  const change = async (id: string, next: (alert: Alert) => Alert | undefined) =>
    alerts.change(id, (alert) => alert && next(alert), belowOf(id));
  const latestOf = async (relayId: string, fingerprint: string): Promise<Alert | undefined> => {
    const id = await latest.get(incidentOf(relayId, fingerprint));
    return id === undefined ? below?.latestOf(relayId, fingerprint) : get(id);
  };

  return {
    get,
    latestOf,
    async create(alert) {
      const created = await alerts.change(alert.id, (before) => (before ? undefined : alert), belowOf(alert.id));
      const newest = await latestOf(alert.relayId, alert.fingerprint);
      if (!newest || Date.parse(newest.startsAt) < Date.parse(alert.startsAt)) {
        await latest.change(incidentOf(alert.relayId, alert.fingerprint), () => alert.id);
      }
      return created;
    },
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
    async updateContent(id, words) {
      await change(id, (alert) => (alert.routedAt === undefined ? { ...alert, ...words } : undefined));
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

const incidentOf = (relayId: string, fingerprint: string): string => JSON.stringify([relayId, fingerprint]);
