import type { Alert } from '../../../functions/domain/alert/alert.ts';
import { addCounts } from '../../../functions/domain/decision/ledger.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import type { AlertStore, DecisionStore, JobStore, NewDecision } from '../../../functions/ports.ts';
import { late } from './late.ts';
import { unexpected } from './recorded.ts';
import type { RoutingWorld } from './routing-world.ts';

/** Alerts in memory, and the newest of each incident. */
export function fakeAlertStore({ alerts, latest }: Pick<RoutingWorld, 'alerts' | 'latest'>): AlertStore {
  const change = (id: string, next: (alert: Alert) => Alert) => {
    const alert = alerts.get(id);
    if (alert) alerts.set(id, next(alert));
  };
  return late<AlertStore>({
    create: async (alert) => {
      const incident = `${alert.relayId} ${alert.fingerprint}`;
      const newest = alerts.get(latest.get(incident) ?? '');
      if (!newest || newest.startsAt < alert.startsAt) latest.set(incident, alert.id);
      if (alerts.has(alert.id)) return false;
      alerts.set(alert.id, alert);
      return true;
    },
    get: async (id) => alerts.get(id),
    latestOf: async (relayId, fingerprint) => alerts.get(latest.get(`${relayId} ${fingerprint}`) ?? ''),
    markRouted: async (id, at) => {
      if (!alerts.has(id)) unexpected('markRouted');
      change(id, (alert) => ({ routedAt: at, ...alert }));
    },
    acknowledge: async (id, at, by) =>
      change(id, (alert) =>
        alert.acknowledgedAt === undefined
          ? { ...alert, acknowledgedAt: at, acknowledgedBy: by, updatedAt: at }
          : alert,
      ),
    updateContent: async (id, words) =>
      change(id, (alert) => (alert.routedAt === undefined ? { ...alert, ...words } : alert)),
    resolve: async (id, at, provider, resolutionOccurredAt) =>
      change(id, (alert) => {
        if (alert.resolvedAt !== undefined) return alert;
        const resolution = { resolvedAt: at, resolvedBy: 'monitoring_system', resolvedByProvider: provider } as const;
        const sendersTime = resolutionOccurredAt !== undefined && { resolutionOccurredAt };
        return { ...alert, ...resolution, ...sendersTime, updatedAt: at };
      }),
  });
}

/** One decision per alert, rule and reason; each entry of a delivery is counted once per rule. */
export function fakeDecisions(world: Pick<RoutingWorld, 'decisions' | 'counted' | 'stores'>): DecisionStore {
  const { decisions, counted, stores } = world;
  const keyOf = ({ alertId, ruleId, reason }: Pick<NewDecision, 'alertId' | 'ruleId' | 'reason'>) =>
    `${alertId} ${ruleId} ${reason}`;
  const tokens = (alertId: string, ruleId: string, entry: string) => `${alertId} ${ruleId} ${entry} `;
  const find = (prefix: string) => [...counted].find((token) => token.startsWith(prefix))?.slice(prefix.length);
  const add = (decision: NewDecision, amount: number) => {
    const before = decisions.get(keyOf(decision));
    const count = (before?.count ?? 0) + amount;
    decisions.set(keyOf(decision), { ...decision, count, firstAt: before?.firstAt ?? decision.lastAt });
  };
  return late<DecisionStore>({
    recordedReasons: async (alertId, deliveryId, entry) => {
      const rules = new Set(
        [...decisions.values()].filter((each) => each.alertId === alertId).map((each) => each.ruleId),
      );
      const found = [...rules].flatMap((ruleId) => {
        const reason = find(tokens(alertId, ruleId, `${deliveryId}#${entry}`));
        const decision = [...decisions.values()].find((each) => keyOf(each) === `${alertId} ${ruleId} ${reason}`);
        return decision ? [[ruleId, decision.reason] as const] : [];
      });
      return new Map(found);
    },
    record: async (decision, entry) => {
      const prefix = tokens(decision.alertId, decision.ruleId, `${decision.lastDeliveryId}#${entry}`);
      const before = decisions.get(`${decision.alertId} ${decision.ruleId} ${find(prefix)}`);
      if (before) return { reason: before.reason, counted: false };
      const reason = decisions.get(keyOf(decision))?.followedBy ?? decision.reason;
      counted.add(prefix + reason);
      add({ ...decision, reason }, 1);
      return { reason, counted: true };
    },
    move: async ({ from, day, ...decision }) => {
      const { alertId, ruleId, relayId, reason } = decision;
      const before = decisions.get(`${alertId} ${ruleId} ${from}`);
      if (!before || before.followedBy !== undefined) return false;
      add({ ...decision, lastDeliveryId: before.lastDeliveryId }, before.count);
      const reasons = addCounts({ [from]: -before.count, [reason]: before.count });
      await stores.ledger().moved({ relayId, day, id: `${alertId}#${ruleId}#${from}`, reasons });
      decisions.set(keyOf(before), { ...before, followedBy: reason });
      return true;
    },
    listByAlert: async (id) => [...decisions.values()].filter(({ alertId }) => alertId === id),
  });
}

export function fakeJobStore(jobs: Map<string, Job>): Pick<JobStore, 'createOrGet' | 'get' | 'markStarted' | 'finish'> {
  return late<Pick<JobStore, 'createOrGet' | 'get' | 'markStarted' | 'finish'>>({
    createOrGet: async (job) => {
      if (!jobs.has(job.id)) jobs.set(job.id, job);
      return jobs.get(job.id) ?? job;
    },
    get: async (id) => jobs.get(id),
    markStarted: async (id, executionArn, at) => {
      const job = jobs.get(id) ?? unexpected('markStarted');
      jobs.set(id, { ...job, executionArn, startedAt: at });
    },
    finish: async (id, collected, finishedAt) => {
      const job = jobs.get(id) ?? unexpected('finish');
      if (job.finishedAt !== undefined) return false;
      jobs.set(id, { ...job, collected, finishedAt });
      return true;
    },
  });
}
