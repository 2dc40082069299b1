import type { ExecutionInput } from '../../../functions/contract/execution.ts';
import type { Outcome } from '../../../functions/contract/outcomes.ts';
import type { RelayRunInput } from '../../../functions/contract/relay-run.ts';
import type { StormInput } from '../../../functions/contract/storm.ts';
import type { WebhookCall } from '../../../functions/contract/webhook-call.ts';
import type { DecideDeferredDeps } from '../../../functions/decisions/decide-deferred.ts';
import type { Alert } from '../../../functions/domain/alert/alert.ts';
import type { Decision } from '../../../functions/domain/decision/decision.ts';
import type { PauseSwitch } from '../../../functions/domain/decision/pause-switch.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import type { Integration } from '../../../functions/domain/rule/integration.ts';
import type { Relay } from '../../../functions/domain/rule/relay.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import type { RouteAlertDeps } from '../../../functions/intake/route-alert/route-alert.ts';
import { fakeClock } from './clock.ts';
import { late } from './late.ts';
import { unexpected } from './recorded.ts';
import { fakeAlertStore, fakeDecisions, fakeJobStore } from './routing-rows.ts';
import { sampleIntegration, sampleRelay } from './routing-samples.ts';
import { RoutingStores } from './routing-stores.ts';
import { sampleCollected } from './samples.ts';

export interface WorldOptions {
  integrations?: Integration[];
  relay?: Relay;
}

/** Everything that routing leaves behind, in memory, under the rules of the ports. */
export class RoutingWorld {
  alerts = new Map<string, Alert>();
  /** Alert ids by incident. */
  latest = new Map<string, string>();
  decisions = new Map<string, Decision>();
  jobs = new Map<string, Job>();
  executions = new Map<string, ExecutionInput>();
  runs = new Map<string, RelayRunInput>();
  stormExecutions = new Map<string, StormInput>();
  calls = new Map<string, WebhookCall>();
  /** Names of the executions that were stopped. */
  stopped = new Set<string>();
  metrics: Record<string, number>[] = [];
  pauseSwitch: PauseSwitch | undefined;
  readonly stores = new RoutingStores();
  readonly counted = new Set<string>();
  readonly #rules: Rule[];
  readonly #integrations: Integration[];
  readonly #relay: Relay;

  constructor(rules: Rule[], { integrations = [sampleIntegration], relay = sampleRelay }: WorldOptions = {}) {
    this.#rules = rules;
    this.#integrations = integrations;
    this.#relay = relay;
  }

  /** What is to be equal after an undisturbed run and after one that broke off and was repeated. */
  state() {
    const { alerts, latest, decisions, jobs, executions, runs, stormExecutions, calls, stopped } = this;
    const { storms, held, incidentJobs, budgets, ledgerRows } = this.stores;
    // Which of an alert's jobs claimed its title is a matter of which came first.
    const titles = new Map([...this.stores.titles].map(([title, { alertId }]) => [title, alertId]));
    const started = { executions, runs, stormExecutions, calls, stopped };
    return { alerts, latest, decisions, jobs, ...started, storms, held, titles, incidentJobs, budgets, ledgerRows };
  }

  /** The same world under other rules. */
  under(...rules: Rule[]): RoutingWorld {
    const { alerts, latest, decisions, jobs, executions, runs, stormExecutions, calls, stopped, counted, stores } =
      this;
    const world = new RoutingWorld(rules, { integrations: this.#integrations, relay: this.#relay });
    const same = {
      alerts,
      latest,
      decisions,
      jobs,
      executions,
      runs,
      stormExecutions,
      calls,
      stopped,
      counted,
      stores,
    };
    return Object.assign(world, same);
  }

  /** Every session that is at work ends so. */
  endSessions(outcome: Outcome, finishedAt = '2027-03-01T12:00:30.000Z'): void {
    for (const { id } of this.jobs.values()) this.endSession(id, finishedAt, outcome);
  }

  /** Does nothing where it has ended, or there is none. */
  endSession(id: string, finishedAt: string, outcome: Outcome = 'session_failed'): void {
    const job = this.jobs.get(id);
    if (job && job.finishedAt === undefined)
      this.jobs.set(id, { ...job, collected: sampleCollected({ outcome }), finishedAt });
  }

  /** Reason and count of each decision that stands, as `rule reason count`. */
  ledger(): string[] {
    const standing = [...this.decisions.values()].filter(({ followedBy }) => followedBy === undefined);
    return standing.map(({ ruleId, reason, count }) => `${ruleId} ${reason} ${count}`).sort();
  }

  deps(clock = fakeClock()): RouteAlertDeps & DecideDeferredDeps {
    const { stores } = this;
    return {
      clock,
      relays: late<RouteAlertDeps['relays']>({
        get: async (id, { deleted } = { deleted: false }) =>
          id === this.#relay.id && (deleted || this.#relay.deletedAt === undefined) ? this.#relay : undefined,
      }),
      rules: late({ listByRelay: async (relayId) => this.#rules.filter((rule) => rule.relayId === relayId) }),
      integrations: late({ get: async (id) => this.#integrations.find((each) => each.id === id) }),
      alerts: fakeAlertStore(this),
      decisions: fakeDecisions(this),
      jobs: fakeJobStore(this.jobs),
      executions: late({ start: async (name, input) => start('sessions', this.executions, name, input) }),
      relayRuns: late({ start: async (name, input) => this.#startRun(name, input) }),
      stormExecutions: late({ start: async (name, input) => start('storms', this.stormExecutions, name, input) }),
      webhookCalls: late({ send: async (call) => void this.calls.set(call.id, call) }),
      stopper: late({ stop: async (name) => this.executions.has(name) && this.stopped.add(name).has(name) }),
      windows: stores.windowStore(),
      storms: stores.stormStore(),
      titles: stores.titleClaims(),
      incidentJobs: stores.incidentJobStore(),
      budgets: stores.budgetStore(),
      stackBudget: {},
      ledger: stores.ledger(),
      switch: late({ read: async () => this.pauseSwitch }),
      metrics: {
        publish: ({ relays, alertsRouted }) => {
          const reasons = [...relays.values()].map((relay) => relay.reasons);
          this.metrics.push({ ...Object.assign({}, ...reasons), alertsRouted });
        },
      },
    };
  }

  /** The part of a run that nobody waits for: sessions that the router has begun are started at once. */
  #startRun(name: string, input: RelayRunInput): string {
    const arn = start('runs', this.runs, name, input);
    for (const { steps } of input.groups) {
      const job = this.jobs.get(jobIdOf(input.alert.id, steps[0]?.ruleId ?? ''));
      if (!job || job.executionArn !== undefined || job.finishedAt !== undefined) continue;
      const executionArn = start('sessions', this.executions, job.id, job.input);
      this.jobs.set(job.id, { ...job, executionArn, startedAt: job.createdAt });
    }
    return arn;
  }
}

function start<Input>(machine: string, executions: Map<string, Input>, name: string, input: Input): string {
  const running = executions.get(name);
  if (running && JSON.stringify(running) !== JSON.stringify(input)) unexpected('start with another input');
  executions.set(name, input);
  return `arn:aws:states:eu-central-1:000000000000:execution:${machine}:${name}`;
}
