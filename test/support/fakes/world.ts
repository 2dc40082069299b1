import { type MemoryRows, memoryRows, memoryStores } from '../../../functions/adapters/memory/stores.ts';
import type { ExecutionInput } from '../../../functions/contract/execution.ts';
import type { Outcome } from '../../../functions/contract/outcomes.ts';
import type { RelayRunInput } from '../../../functions/contract/relay-run.ts';
import type { StormInput } from '../../../functions/contract/storm.ts';
import type { WebhookCall } from '../../../functions/contract/webhook-call.ts';
import { type LedgerDay, ledgerDayOf } from '../../../functions/domain/decision/ledger.ts';
import type { PauseSwitch } from '../../../functions/domain/decision/pause-switch.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import type { Integration } from '../../../functions/domain/rule/integration.ts';
import type { Relay } from '../../../functions/domain/rule/relay.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import type { RelayStore, RoutingMetrics } from '../../../functions/ports.ts';
import { sampleIntegration, sampleRelay } from './alert-samples.ts';
import { fakeClock } from './clock.ts';
import { MemoryExecutions } from './executions.ts';
import { late } from './late.ts';
import { sampleCollected } from './samples.ts';

interface WorldOptions {
  integrations?: Integration[];
  relay?: Relay;
}

const machine = (name: string): string => `arn:aws:states:eu-central-1:000000000000:execution:${name}`;

/** Everything that routing leaves behind: the stores in memory, and what was started, called and measured. */
export class RoutingWorld {
  metrics: Record<string, number>[] = [];
  calls = new Map<string, WebhookCall>();
  readonly rows: MemoryRows = memoryRows();
  readonly sessions = new MemoryExecutions<ExecutionInput>(machine('sessions'));
  readonly relayRuns = new MemoryExecutions<RelayRunInput>(machine('runs'));
  readonly stormRuns = new MemoryExecutions<StormInput>(machine('storms'));
  readonly #rules: Rule[];
  readonly #integrations: Integration[];
  readonly #relay: Relay;

  constructor(rules: Rule[], { integrations = [sampleIntegration], relay = sampleRelay }: WorldOptions = {}) {
    this.#rules = rules;
    this.#integrations = integrations;
    this.#relay = relay;
  }

  get alerts() {
    return this.rows.alerts.own;
  }
  /** Alert ids by incident. */
  get latest() {
    return this.rows.latest.own;
  }
  get decisions() {
    return this.rows.decisions.own;
  }
  get jobs() {
    return this.rows.jobs.own;
  }
  get executions() {
    return this.sessions.started;
  }
  get runs() {
    return this.relayRuns.started;
  }
  get stormExecutions() {
    return this.stormRuns.started;
  }
  /** Names of the executions that were stopped. */
  get stopped() {
    return this.sessions.stopped;
  }
  /** The rows beside alerts, decisions and jobs. */
  get stores() {
    const { rows } = this;
    const { windows, storms, titles, incidentJobs, budgets, held } = rows;
    const own = { windows: windows.own, storms: storms.own, titles: titles.own, incidentJobs: incidentJobs.own };
    // By scope and day: cost by job.
    const costs = new Map([...budgets.own].map(([key, row]) => [key, row.costs]));
    return { ...own, budgets: costs, held: held.own, ledgerDay };

    function ledgerDay(relayId: string, day: string): LedgerDay {
      const of = <Row>(all: Map<string, Row>): Row[] =>
        [...all].flatMap(([key, row]) => (key.startsWith(`${relayId} ${day} `) ? [row] : []));
      return ledgerDayOf(of(rows.deliveries.own), of(rows.moves.own));
    }
  }

  get pauseSwitch(): PauseSwitch | undefined {
    return this.rows.switch.own.get('starts');
  }
  set pauseSwitch(value: PauseSwitch | undefined) {
    if (value) this.rows.switch.own.set('starts', value);
    else this.rows.switch.own.clear();
  }

  /** What is to be equal after an undisturbed run and after one that broke off and was repeated. */
  state() {
    const { alerts, latest, decisions, jobs, executions, runs, stormExecutions, calls, stopped } = this;
    const { storms, held, incidentJobs, budgets } = this.stores;
    // Which of an alert's jobs claimed its title is a matter of which came first.
    const titles = new Map([...this.stores.titles].map(([title, { alertId }]) => [title, alertId]));
    const ledger = { deliveries: this.rows.deliveries.own, moves: this.rows.moves.own };
    const started = { executions, runs, stormExecutions, calls, stopped };
    return { alerts, latest, decisions, jobs, ...started, storms, held, titles, incidentJobs, budgets, ...ledger };
  }

  /** The same world under other rules. */
  under(...rules: Rule[]): RoutingWorld {
    const { rows, sessions, relayRuns, stormRuns, calls } = this;
    const world = new RoutingWorld(rules, { integrations: this.#integrations, relay: this.#relay });
    return Object.assign(world, { rows, sessions, relayRuns, stormRuns, calls });
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

  deps(clock = fakeClock()) {
    const { alerts, decisions, jobs, windows, storms, members, titles, incidentJobs, budgets, ledger, ...rest } =
      memoryStores(this.rows);
    const metrics: RoutingMetrics = {
      publish: ({ relays, alertsRouted }) => {
        const reasons = [...relays.values()].map((relay) => relay.reasons);
        this.metrics.push({ ...Object.assign({}, ...reasons), alertsRouted });
      },
    };
    return {
      clock,
      relays: late<Pick<RelayStore, 'get'>>({
        get: async (id, { deleted } = { deleted: false }) =>
          id === this.#relay.id && (deleted || this.#relay.deletedAt === undefined) ? this.#relay : undefined,
      }),
      rules: late({
        listByRelay: async (relayId: string) => this.#rules.filter((rule) => rule.relayId === relayId),
      }),
      integrations: late({ get: async (id: string) => this.#integrations.find((each) => each.id === id) }),
      alerts: late(alerts),
      decisions: late(decisions),
      jobs: late(jobs),
      executions: late({ start: async (name: string, input: ExecutionInput) => this.sessions.start(name, input) }),
      relayRuns: late({ start: async (name: string, input: RelayRunInput) => this.#startRun(name, input) }),
      stormExecutions: late({ start: async (name: string, input: StormInput) => this.stormRuns.start(name, input) }),
      webhookCalls: late({ send: async (call: WebhookCall) => void this.calls.set(call.id, call) }),
      runs: late({ read: async (name: string) => this.relayRuns.read(name) }),
      stopper: late({ stop: async (name: string) => this.sessions.stop(name) }),
      windows: late(windows),
      storms: late(storms),
      members: late(members),
      titles: late(titles),
      incidentJobs: late(incidentJobs),
      budgets: late(budgets),
      stackBudget: {},
      ledger: late(ledger),
      switch: late(rest.switch),
      catalogue: late(rest.catalogue),
      metrics,
    };
  }

  /** The part of a run that nobody waits for: sessions that the router has begun are started at once. */
  async #startRun(name: string, input: RelayRunInput): Promise<string> {
    const arn = await this.relayRuns.start(name, input);
    for (const { steps } of input.groups) {
      const job = this.jobs.get(jobIdOf(input.alert.id, steps[0]?.ruleId ?? ''));
      if (!job || job.executionArn !== undefined || job.finishedAt !== undefined) continue;
      const executionArn = await this.sessions.start(job.id, job.input);
      this.jobs.set(job.id, { ...job, executionArn, startedAt: job.createdAt });
    }
    return arn;
  }
}
