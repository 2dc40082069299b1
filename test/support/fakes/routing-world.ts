import type { ExecutionInput } from '../../../functions/contract/execution.ts';
import type { Alert } from '../../../functions/domain/alert.ts';
import type { Decision } from '../../../functions/domain/decision.ts';
import type { Integration } from '../../../functions/domain/integration.ts';
import type { Job } from '../../../functions/domain/job.ts';
import type { Rule } from '../../../functions/domain/rule.ts';
import type { RouteAlertDeps } from '../../../functions/route-alert/route-alert.ts';
import { fakeClock } from './clock.ts';
import { unexpected } from './recorded.ts';
import { sampleIntegration, sampleRelay } from './routing-samples.ts';

/** Everything that routing leaves behind, in memory, under the rules of the ports. */
export class RoutingWorld {
  alerts = new Map<string, Alert>();
  /** Alert ids by incident. */
  latest = new Map<string, string>();
  decisions = new Map<string, Decision>();
  jobs = new Map<string, Job>();
  executions = new Map<string, ExecutionInput>();
  /** Names of the executions that were stopped. */
  stopped = new Set<string>();
  metrics: Record<string, number>[] = [];
  #counted = new Set<string>();
  readonly #rules: Rule[];
  readonly #integrations: Integration[];

  constructor(rules: Rule[], integrations: Integration[] = [sampleIntegration]) {
    this.#rules = rules;
    this.#integrations = integrations;
  }

  /** What is to be equal after an undisturbed run and after one that broke off and was repeated. */
  state() {
    const { alerts, latest, decisions, jobs, executions, stopped } = this;
    return { alerts, latest, decisions, jobs, executions, stopped };
  }

  /** Reason and count of each decision, as `rule reason count`. */
  ledger(): string[] {
    return [...this.decisions.values()].map(({ ruleId, reason, count }) => `${ruleId} ${reason} ${count}`).sort();
  }

  deps(clock = fakeClock()): RouteAlertDeps {
    return {
      clock,
      relays: { get: async (id) => (id === sampleRelay.id ? sampleRelay : undefined) },
      rules: { listByRelay: async (relayId) => this.#rules.filter((rule) => rule.relayId === relayId) },
      integrations: { get: async (id) => this.#integrations.find((each) => each.id === id) },
      alerts: this.#alertStore(),
      decisions: { record: async (decision, entry) => this.#record(decision, entry) },
      jobs: {
        createOrGet: async (job) => {
          if (!this.jobs.has(job.id)) this.jobs.set(job.id, job);
          return this.jobs.get(job.id) ?? job;
        },
        get: async (id) => this.jobs.get(id),
        markStarted: async (id, executionArn, at) => {
          const job = this.jobs.get(id) ?? unexpected('markStarted');
          this.jobs.set(id, { ...job, executionArn, startedAt: at });
        },
        settle: async (id, collected, settledAt) => {
          const job = this.jobs.get(id) ?? unexpected('settle');
          if (job.settledAt !== undefined) return false;
          this.jobs.set(id, { ...job, collected, settledAt });
          return true;
        },
      },
      executions: { start: async (name, input) => this.#start(name, input) },
      stopper: { stop: async (name) => this.executions.has(name) && this.stopped.add(name).has(name) },
      metrics: {
        publish: ({ decisions, alertsRouted }) =>
          void this.metrics.push({ ...Object.fromEntries(decisions), alertsRouted }),
      },
    };
  }

  #alertStore(): RouteAlertDeps['alerts'] {
    return {
      create: async (alert) => {
        const incident = `${alert.relayId} ${alert.fingerprint}`;
        const newest = this.alerts.get(this.latest.get(incident) ?? '');
        if (!newest || newest.startsAt < alert.startsAt) this.latest.set(incident, alert.id);
        if (this.alerts.has(alert.id)) return false;
        this.alerts.set(alert.id, alert);
        return true;
      },
      get: async (id) => this.alerts.get(id),
      latestOf: async (relayId, fingerprint) => this.alerts.get(this.latest.get(`${relayId} ${fingerprint}`) ?? ''),
      markRouted: async (id, at) => {
        const alert = this.alerts.get(id) ?? unexpected('markRouted');
        this.alerts.set(id, { routedAt: at, ...alert });
      },
      acknowledge: async (id, at, by) => {
        const alert = this.alerts.get(id);
        if (!alert || alert.acknowledgedAt !== undefined) return;
        this.alerts.set(id, { ...alert, acknowledgedAt: at, acknowledgedBy: by, updatedAt: at });
      },
      retell: async (id, words) => {
        const alert = this.alerts.get(id);
        if (alert && alert.routedAt === undefined) this.alerts.set(id, { ...alert, ...words });
      },
      resolve: async (id, at, provider, resolutionOccurredAt) => {
        const alert = this.alerts.get(id);
        if (!alert || alert.resolvedAt !== undefined) return;
        const resolution = { resolvedAt: at, resolvedBy: 'monitoring_system', resolvedByProvider: provider } as const;
        const sendersTime = resolutionOccurredAt !== undefined && { resolutionOccurredAt };
        this.alerts.set(id, { ...alert, ...resolution, ...sendersTime, updatedAt: at });
      },
    };
  }

  #record(...[decision, entry]: Parameters<RouteAlertDeps['decisions']['record']>): boolean {
    const { alertId, ruleId, reason, lastDeliveryId, lastAt } = decision;
    const token = `${alertId} ${ruleId} ${lastDeliveryId} ${entry}`;
    if (this.#counted.has(token)) return false;
    this.#counted.add(token);
    const key = `${alertId} ${ruleId} ${reason}`;
    const before = this.decisions.get(key);
    this.decisions.set(key, { ...decision, count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? lastAt });
    return true;
  }

  #start(name: string, input: ExecutionInput): string {
    const running = this.executions.get(name);
    if (running && JSON.stringify(running) !== JSON.stringify(input)) unexpected('start with another input');
    this.executions.set(name, input);
    return `arn:aws:states:eu-central-1:000000000000:execution:sessions:${name}`;
  }
}

export interface Interruption {
  /** Which call of any port, from 1. */
  call: number;
  /** Before its work is done, or after: the work is done and the answer is lost. */
  when: 'before' | 'after';
  /** One call fails, or the process dies there and every later call fails too. */
  kind: 'fails' | 'dies';
}

/** The same ports, broken at one call. `calls` counts what was tried. */
export function interrupted(deps: RouteAlertDeps, at?: Interruption): { deps: RouteAlertDeps; calls(): number } {
  let calls = 0;
  const broken = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, property, receiver) => {
        const method: unknown = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          calls += 1;
          const hit = at && (at.kind === 'fails' ? calls === at.call : calls >= at.call);
          if (hit && (at.when === 'before' || calls > at.call)) throw new Error('interrupted');
          const answer: unknown = await Reflect.apply(method, target, args);
          if (hit) throw new Error('interrupted');
          return answer;
        };
      },
    });
  const { relays, rules, integrations, alerts, decisions, jobs, executions, stopper, clock, metrics } = deps;
  return {
    calls: () => calls,
    deps: {
      relays: broken(relays),
      rules: broken(rules),
      integrations: broken(integrations),
      alerts: broken(alerts),
      decisions: broken(decisions),
      jobs: broken(jobs),
      executions: broken(executions),
      stopper: broken(stopper),
      clock,
      metrics,
    },
  };
}
