import { passingReasons, type ReasonCode } from '../contract/reason-codes.ts';
import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import type { PauseSwitch } from '../domain/decision/pause-switch.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { AlertStore, DecisionStore, JobStore } from '../ports.ts';
import { type CancelJobDeps, stopOrCancel } from './cancel-job.ts';
import { type DecideTurnsDeps, decideTurns } from './decide-turns.ts';
import { type EntryRouting, forEachRouting, type RuleDecision, routingOf } from './entry-routing.ts';
import { prepareEntry } from './prepare-entry.ts';
import type { RelayRules } from './relay-rules.ts';
import { type StartRunDeps, startRun } from './start-run.ts';
import { type StopOnResolveDeps, stopOnResolve, stopsOnResolve } from './stop-on-resolve.ts';

export interface RouteWaveDeps extends DecideTurnsDeps, StopOnResolveDeps, CancelJobDeps, StartRunDeps {
  jobs: Pick<JobStore, 'createOrGet' | 'markStarted' | 'get' | 'finish'>;
  alerts: AlertStore;
  decisions: Pick<DecisionStore, 'recordedReasons' | 'record' | 'move'>;
}

/** One entry on its way out of routing. */
export interface Routed {
  entry: DeliveredEntry;
  alertId: string;
  /** One for each rule. `counted`: now, not by an earlier try. */
  decisions: { ruleId: string; reason: ReasonCode; sentence: string; counted: boolean }[];
  /** Every rule has decided on the alert itself. */
  isRouted: boolean;
  /** Undefined where all is done. */
  error: unknown;
}

/** Stands for "no rule" in the one decision of an entry whose relay has none. */
const NO_RULE = 'none';
const noRules: RuleDecision = { reason: 'no_rules', sentence: 'The relay has no rule, so nothing could start.' };

/**
 * Routes entries of different alerts: stores them, lets every rule of their relays decide, starts what they decide and
 * records it. Each step may be repeated; an alert counts as routed once all of them are done.
 */
export async function routeWave(
  deps: RouteWaveDeps,
  entries: { entry: DeliveredEntry; relayRules: RelayRules }[],
  pauseSwitch: PauseSwitch | undefined,
): Promise<Routed[]> {
  const routings = entries.map(({ entry, relayRules }) => routingOf(entry, relayRules));
  await forEachRouting(routings, itself, (routing) => prepareEntry(deps, routing));
  const prepared = routings.filter(({ error }) => error === undefined);
  await decideTurns(deps, prepared, pauseSwitch);
  const routed = new Map(routings.map((routing) => [routing, blank(routing)]));
  await forEachRouting(
    prepared.filter(({ error }) => error === undefined),
    itself,
    async (routing) => finish(deps, routing, routed.get(routing) ?? blank(routing)),
  );
  return routings.map((routing) => ({ ...(routed.get(routing) ?? blank(routing)), error: routing.error }));
}

const itself = (routing: EntryRouting): EntryRouting => routing;

const blank = ({ entry, alert }: EntryRouting): Routed => ({
  entry,
  alertId: alert.id,
  decisions: [],
  isRouted: false,
  error: undefined,
});

async function finish(deps: RouteWaveDeps, routing: EntryRouting, routed: Routed): Promise<void> {
  const { alert, relayRules, routes } = routing;
  routed.alertId = alert.id;
  if (relayRules.rules.length === 0) await record(deps, routing, NO_RULE, noRules, routed);
  for (const rule of relayRules.rules) {
    const decided = routing.decided.get(rule.id);
    if (!decided) throw new Error(`Rule ${rule.id} decided nothing on alert ${alert.id}`);
    await record(deps, routing, rule.id, decided, routed);
    // Only now: until the decision stands, a later try may decide otherwise, and start the job. Of an alert that is new, no
    // routing before this one can have left one behind.
    if (isRefused(decided) && routes && !routing.isNew) await cancelUnstarted(deps, routing, rule, decided);
    if (decided.jobId !== undefined && stopsOnResolve(rule)) await stopIfResolvedMeanwhile(deps, alert.id, rule);
  }
  if (!routes) return;
  await startRun(deps, routing);
  await deps.alerts.markRouted(alert.id, deps.clock.now().toISOString());
  routed.isRouted = true;
}

async function record(
  { decisions, clock }: RouteWaveDeps,
  { alert, entry, relayRules, isNew }: EntryRouting,
  ruleId: string,
  { reason, sentence, jobId, stormId }: RuleDecision,
  routed: Routed,
): Promise<void> {
  const decision = {
    alertId: alert.id,
    relayId: relayRules.relay.id,
    ruleId,
    reason,
    sentence,
    ...(jobId !== undefined && { jobId }),
    ...(stormId !== undefined && { stormId }),
    lastAt: clock.now().toISOString(),
    lastDeliveryId: entry.delivery.deliveryId,
  };
  const recorded = await decisions.record(decision, entry.occurrence.status, isNew);
  // An earlier try has left the rule to a run, which may never have been started, and the alert is over.
  if (recorded.reason === 'scheduled' && reason === 'resolved') {
    await decisions.move({ ...decision, from: 'scheduled', day: dayOf(alert.createdAt) });
  }
  routed.decisions.push({ ruleId, sentence, ...recorded });
}

/** For good, and now: what is held or has its turn later may be taken up by others at this very moment. */
const isRefused = ({ reason, jobId }: RuleDecision): boolean =>
  jobId === undefined && reason !== 'started' && !passingReasons.some((passing) => passing === reason);

/** A routing that broke off may have left a job without an execution; after this one nothing starts it any more. */
async function cancelUnstarted(
  deps: RouteWaveDeps,
  { alert }: EntryRouting,
  rule: Rule,
  { sentence }: RuleDecision,
): Promise<void> {
  const job = await deps.jobs.get(jobIdOf(alert.id, rule.id));
  if (!job || job.finishedAt !== undefined || job.executionArn !== undefined || job.session) return;
  await stopOrCancel(deps, job, sentence);
}

/** A resolved entry that was routed beside this one may have found no job yet. One of the two sees the other. */
async function stopIfResolvedMeanwhile(deps: RouteWaveDeps, alertId: string, rule: Rule): Promise<void> {
  const now = await deps.alerts.get(alertId);
  if (now?.resolvedAt !== undefined) await stopOnResolve(deps, now, [rule]);
}
