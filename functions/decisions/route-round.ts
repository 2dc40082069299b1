import { passingReasons, type ReasonCode } from '../contract/reason-codes.ts';
import type { Entry } from '../domain/alert/delivered-entry.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import type { Switch } from '../domain/decision/switch.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { AlertStore, DecisionStore, JobStore } from '../ports.ts';
import { type CancelJobDeps, stopOrSettle } from './cancel-job.ts';
import { type DecideTurnsDeps, decideTurns } from './decide-turns.ts';
import { forEachPassage, type Passage, passageOf } from './passage.ts';
import { prepareEntry } from './prepare-entry.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RuleDecision } from './rule-decision.ts';
import { type StartRunDeps, startRun } from './start-run.ts';
import { type StopOnResolveDeps, stopOnResolve, stopsOnResolve } from './stop-on-resolve.ts';

export interface RouteRoundDeps extends DecideTurnsDeps, StopOnResolveDeps, CancelJobDeps, StartRunDeps {
  jobs: Pick<JobStore, 'createOrGet' | 'markStarted' | 'get' | 'settle'>;
  alerts: AlertStore;
  decisions: Pick<DecisionStore, 'standing' | 'record' | 'move'>;
}

/** One entry on its way out of routing. */
export interface Routed {
  entry: Entry;
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
export async function routeRound(
  deps: RouteRoundDeps,
  entries: { entry: Entry; relayRules: RelayRules }[],
  turned: Switch | undefined,
): Promise<Routed[]> {
  const passages = entries.map(({ entry, relayRules }) => passageOf(entry, relayRules));
  await forEachPassage(passages, itself, (passage) => prepareEntry(deps, passage));
  const prepared = passages.filter(({ error }) => error === undefined);
  await decideTurns(deps, prepared, turned);
  const routed = new Map(passages.map((passage) => [passage, blank(passage)]));
  await forEachPassage(
    prepared.filter(({ error }) => error === undefined),
    itself,
    async (passage) => finish(deps, passage, routed.get(passage) ?? blank(passage)),
  );
  return passages.map((passage) => ({ ...(routed.get(passage) ?? blank(passage)), error: passage.error }));
}

const itself = (passage: Passage): Passage => passage;

const blank = ({ entry, alert }: Passage): Routed => ({
  entry,
  alertId: alert.id,
  decisions: [],
  isRouted: false,
  error: undefined,
});

async function finish(deps: RouteRoundDeps, passage: Passage, routed: Routed): Promise<void> {
  const { alert, relayRules, routes } = passage;
  routed.alertId = alert.id;
  if (relayRules.rules.length === 0) await record(deps, passage, NO_RULE, noRules, routed);
  for (const rule of relayRules.rules) {
    const settled = passage.settled.get(rule.id);
    if (!settled) throw new Error(`Rule ${rule.id} decided nothing on alert ${alert.id}`);
    await record(deps, passage, rule.id, settled, routed);
    // Only now: until the decision stands, a later try may decide otherwise, and start the job. Of an alert that is new, no
    // routing before this one can have left one behind.
    if (isTurnedDown(settled) && routes && !passage.isNew) await cancelUnstarted(deps, passage, rule, settled);
    if (settled.jobId !== undefined && stopsOnResolve(rule)) await stopIfResolvedMeanwhile(deps, alert.id, rule);
  }
  if (!routes) return;
  await startRun(deps, passage);
  await deps.alerts.markRouted(alert.id, deps.clock.now().toISOString());
  routed.isRouted = true;
}

async function record(
  { decisions, clock }: RouteRoundDeps,
  { alert, entry, relayRules, isNew }: Passage,
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
const isTurnedDown = ({ reason, jobId }: RuleDecision): boolean =>
  jobId === undefined && reason !== 'started' && !passingReasons.some((passing) => passing === reason);

/** A routing that broke off may have left a job without an execution; after this one nothing starts it any more. */
async function cancelUnstarted(
  deps: RouteRoundDeps,
  { alert }: Passage,
  rule: Rule,
  { sentence }: RuleDecision,
): Promise<void> {
  const job = await deps.jobs.get(jobIdOf(alert.id, rule.id));
  if (!job || job.settledAt !== undefined || job.executionArn !== undefined || job.session) return;
  await stopOrSettle(deps, job, sentence);
}

/** A resolved entry that was routed beside this one may have found no job yet. One of the two sees the other. */
async function stopIfResolvedMeanwhile(deps: RouteRoundDeps, alertId: string, rule: Rule): Promise<void> {
  const now = await deps.alerts.get(alertId);
  if (now?.resolvedAt !== undefined) await stopOnResolve(deps, now, [rule]);
}
