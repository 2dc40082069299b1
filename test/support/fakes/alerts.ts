import type { Alert } from '../../../functions/domain/alert/alert.ts';
import type { Responder } from '../../../functions/domain/job/responder.ts';
import type { AlertQueries, ResponderStore } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Alerts in memory, under the rules of the port. */
export function fakeDesk(...stored: Alert[]): AlertQueries & { rows: Map<string, Alert> } {
  const rows = new Map(stored.map((alert) => [alert.id, alert]));
  const change = async (id: string, at: string, next: (alert: Alert) => Alert) => {
    const alert = rows.get(id);
    if (!alert) return;
    const changed = next(alert);
    if (changed !== alert) rows.set(id, { ...changed, updatedAt: at });
  };
  const sort = ({ createdAt, id }: { createdAt: string; id: string }) => `${createdAt}#${id}`;
  return late({
    rows,
    get: async (id) => rows.get(id),
    acknowledge: async (id, at, by) =>
      change(id, at, (alert) =>
        alert.acknowledgedAt === undefined ? { ...alert, acknowledgedAt: at, acknowledgedBy: by } : alert,
      ),
    async *listNewest(state, { before }) {
      const newest = [...rows.values()].sort((a, b) => (sort(a) < sort(b) ? 1 : -1));
      for (const alert of newest) {
        if (before && sort(alert) >= sort(before)) continue;
        if (state === 'all' || (state === 'resolved') === (alert.resolvedAt !== undefined)) yield alert;
      }
    },
    takeBackAcknowledgement: async (id, at, until) =>
      change(id, at, (alert) => {
        const { acknowledgedAt, acknowledgedBy, ...rest } = alert;
        const stands = acknowledgedAt === undefined || acknowledgedAt > until || acknowledgedBy === 'monitoring_system';
        return stands ? alert : rest;
      }),
    resolveByUser: async (id, at, userId) =>
      change(id, at, (alert) =>
        alert.resolvedAt === undefined
          ? { ...alert, resolvedAt: at, resolvedBy: 'user', resolvedByUserId: userId }
          : alert,
      ),
    assign: async (id, at, userId) =>
      change(id, at, (alert) => (alert.assignedToUserId === userId ? alert : { ...alert, assignedToUserId: userId })),
  });
}

export function fakeResponders(...stored: Responder[]): ResponderStore & { rows: Map<string, Responder> } {
  const rows = new Map(stored.map((responder) => [responder.id, responder]));
  return late({
    rows,
    async join(responder) {
      const there = rows.get(responder.id);
      if (there?.status === 'on_it') return there;
      rows.set(responder.id, responder);
      return responder;
    },
    async end({ id, alertId, status, prUrl, at }) {
      const there = rows.get(id);
      if (there?.alertId !== alertId) return undefined;
      const ended = { ...there, ...(prUrl !== undefined && { prUrl }) };
      rows.set(id, there.status === status ? ended : { ...ended, status, completedAt: at });
      return rows.get(id);
    },
    listByAlert: async (alertId) => [...rows.values()].filter((responder) => responder.alertId === alertId),
  });
}
