import type { ExecutionInput } from '../../../contract/execution.ts';
import type { StormInput } from '../../../contract/storm.ts';
import { type DecideDeferredDeps, decideDeferred } from '../../../decisions/decide-deferred.ts';
import { checkStorm } from '../../../decisions/storms/check-storm.ts';
import type { ReleaseDeps } from '../../../decisions/storms/release-held.ts';
import { type TriageStormDeps, triageStorm } from '../../../decisions/storms/triage-storm.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import type { Catalogue } from '../../../domain/catalogue/catalogue.ts';
import { effectiveReason } from '../../../domain/decision/decision.ts';
import { type Expectation, expectationOf, type PastSession } from '../../../domain/job/past-sessions.ts';
import { type AlertOutcome, type Replay, replayOf } from '../../../domain/replay/replay.ts';
import type { Integration } from '../../../domain/rule/integration.ts';
import type { Relay } from '../../../domain/rule/relay.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import { readAction } from '../../../domain/rule/rule-config.ts';
import type { NewWorld, RoutingStores } from '../../../ports.ts';
import { Agenda } from './agenda.ts';
import { nextLook } from './next-look.ts';

interface ReplayCase {
  /** A draft, as it would be stored. */
  rule: Rule;
  relay: Relay;
  integrations: ReadonlyMap<string, Integration>;
  /** In force now; undefined: the draft asks none, or none is stored. */
  catalogue: Catalogue | undefined;
  /** Of the relay, oldest first. */
  alerts: Alert[];
  /** Sessions of the relay that have ended, newest first. */
  sessions: PastSession[];
}

/**
 * What a rule would have done with the alerts of its relay, had it been the only one: deferred decisions and storms
 * themselves, in a world in memory and in virtual time. How its sessions would have ended is unknown: they are taken to
 * be like those of the past.
 */
export async function playRule(newWorld: NewWorld, replayed: ReplayCase): Promise<Replay> {
  const play = new Play(newWorld(), replayed);
  await play.enterAlerts();
  await play.agenda.run();
  return play.result();
}

type PlayDeps = DecideDeferredDeps & ReleaseDeps & TriageStormDeps;

class Play {
  readonly agenda = new Agenda();
  readonly #world: RoutingStores;
  readonly #case: ReplayCase;
  readonly #expected: Expectation;
  readonly #deps: PlayDeps;
  readonly #started: { isStorm: boolean; entry: string | undefined }[] = [];
  readonly #stormIds: string[] = [];

  constructor(world: RoutingStores, replayed: ReplayCase) {
    this.#world = world;
    this.#case = replayed;
    const { rule, relay, integrations, catalogue, sessions } = replayed;
    const read = readAction(rule);
    const config = read.ok && read.action.type === 'agent' ? read.action.config : undefined;
    this.#expected = expectationOf(sessions, config?.config?.maxCostUsd);
    this.#deps = {
      ...world,
      relays: { get: async () => relay },
      rules: { listByRelay: async () => [rule] },
      integrations: { get: async (id) => withoutLimits(integrations.get(id)) },
      catalogue: { current: async () => catalogue },
      stackBudget: {},
      executions: { start: async (name, input) => this.#startSession(name, input) },
      stormExecutions: { start: async (name, input) => this.#startStorm(name, input) },
      stopper: { stop: async () => false },
      webhookCalls: { send: async () => {} },
      clock: { now: this.agenda.now },
      log: { warn: () => {} },
    };
  }

  /** Each alert is stored from the beginning, and open; its steps and its end come at their times. */
  async enterAlerts(): Promise<void> {
    for (const alert of this.#case.alerts) {
      const { resolvedAt, resolvedBy, resolvedByProvider, resolvedByUserId, resolutionOccurredAt, ...open } = alert;
      await this.#world.alerts.create(open);
      const turnMs = Date.parse(alert.createdAt) + this.#case.rule.delayMinutes * 60_000;
      this.agenda.enter(turnMs, 'alert', () => this.#decide(alert));
      if (resolvedAt === undefined) continue;
      const resolve = () => this.#world.alerts.resolve(alert.id, resolvedAt, alert.format);
      this.agenda.enter(Date.parse(resolvedAt), 'end', resolve);
    }
  }

  async result(): Promise<Replay> {
    const storms = new Map((await this.#world.storms.list(this.#stormIds)).map((storm) => [storm.id, storm]));
    const outcomes = this.#case.alerts.map(async ({ id }): Promise<AlertOutcome[]> => {
      const rows = await this.#world.decisions.listByAlert(id);
      const last = rows.find(({ followedBy }) => followedBy === undefined);
      const wasHeld = rows.some(({ reason }) => reason === 'storm_held');
      return last ? [{ reason: effectiveReason(last, storms.get(last.stormId ?? '')), wasHeld }] : [];
    });
    return replayOf({
      alerts: (await Promise.all(outcomes)).flat(),
      started: this.#started,
      storms: [...storms.values()].filter(({ phase }) => phase === 'dispatched').length,
      costUsd: this.#expected.costUsd,
    });
  }

  /** As the step of a relay run that is due. */
  async #decide({ id: alertId, relayId, deliveryId }: Alert): Promise<void> {
    const ruleId = this.#case.rule.id;
    const lastAt = this.agenda.now().toISOString();
    const waiting = { reason: 'scheduled' as const, sentence: '', lastAt, lastDeliveryId: deliveryId };
    await this.#world.decisions.record({ alertId, relayId, ruleId, ...waiting }, 'firing');
    await decideDeferred(this.#deps, { alertId, ruleId, from: 'scheduled', startsExecution: true });
  }

  /** Its session ends as those of the past did, and costs as much. */
  #startSession(jobId: string, { alert, storm, budgets, catalogue }: ExecutionInput): string {
    this.#started.push({ isStorm: storm !== undefined, entry: catalogue?.entry });
    const { tookMs, outcomeFor, costUsd } = this.#expected;
    this.agenda.enter(this.agenda.now().getTime() + tookMs, 'end', async () => {
      const ended = { outcome: outcomeFor(alert), cause: '', polls: 0, session: null, result: null, tokens: null };
      await this.#world.jobs.finish(jobId, { ...ended, costUsd: null }, this.agenda.now().toISOString());
      for (const scope of budgets?.scopes ?? []) {
        await this.#world.budgets.spend(scope, budgets?.day ?? '', jobId, costUsd?.median ?? 0);
      }
    });
    return jobId;
  }

  #startStorm(stormId: string, storm: StormInput): string {
    this.#stormIds.push(stormId);
    this.#enterCheck(this.agenda.now().getTime(), storm, null);
    return stormId;
  }

  #enterCheck(atMs: number, storm: StormInput, idleSince: string | null): void {
    this.agenda.enter(atMs, 'storm', () => this.#check(storm, idleSince));
  }

  /** One visit of the state machine "Alert storm". */
  async #check(storm: StormInput, idleSince: string | null): Promise<void> {
    const now = this.agenda.now();
    const laterMs = nextLook(storm, (await this.#world.windows.read(storm.rule.id)).window, now.getTime());
    if (laterMs !== undefined) return this.#enterCheck(laterMs, storm, idleSince);
    const task = { storm, executionArn: storm.stormId, at: now.toISOString() };
    const check = await checkStorm(this.#deps, { ...task, idleSince });
    if (check.next === 'wait') return this.#enterCheck(Date.parse(check.waitUntil), storm, check.idleSince);
    if (check.next === 'over') return;
    const { result, job } = await triageStorm(this.#deps, { ...task, isLate: check.isLate });
    if (result !== 'dispatched' || !job) return;
    await this.#world.jobs.markStarted(job.id, this.#startSession(job.id, job.input), now.toISOString());
  }
}

/** Budgets of an integration are shared with rules that a replay does not know. */
const withoutLimits = (integration: Integration | undefined): Integration | undefined =>
  integration && { ...integration, metadata: {} };
