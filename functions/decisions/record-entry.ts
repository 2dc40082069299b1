import { passingReasons, type ReasonCode } from '../contract/reason-codes.ts';
import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import { isUnstarted } from '../domain/job/job.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { AlertStore, DecisionStore, JobStore } from '../ports.ts';
import { type CancelJobDeps, stopOrCancel } from './cancel-job.ts';
import { type DecidedEntry, type EntryRouting, entryName } from './entry-routing.ts';
import type { RuleDecision } from './rule-decision.ts';
import { type StartRunDeps, startRun } from './start-run.ts';
import { type StopOnResolveDeps, stopOnResolve, stopsOnResolve } from './stop-on-resolve.ts';
import { contentOf } from './store-entry.ts';

interface RecordDeps extends StopOnResolveDeps, CancelJobDeps, StartRunDeps {
  jobs: Pick<JobStore, 'markStarted' | 'get' | 'finish'>;
  alerts: Pick<AlertStore, 'get' | 'markRouted' | 'updateContent'>;
  decisions: Pick<DecisionStore, 'record' | 'move'>;
}

/** `counted`: now, not by an earlier attempt. */
interface RecordedRule {
  ruleId: string;
  reason: ReasonCode;
  sentence: string;
  counted: boolean;
}

/** One entry on its way out of routing. */
export interface RoutedEntry {
  entry: DeliveredEntry;
  alertId: string;
  /** One for each rule; of an entry that failed, those that were recorded before. */
  decisions: RecordedRule[];
  /** Every rule has decided on the alert itself. */
  isRouted: boolean;
  /** Why the delivery has to come again; undefined where all is done. */
  error: unknown;
}

/** Stands for "no rule" in the one decision of an entry whose relay has none. */
const NO_RULE = 'none';
const noRules: RuleDecision = { reason: 'no_rules', sentence: 'The relay has no rule, so nothing could start.' };

/**
 * Records what the rules have decided, starts the relay run that goes on from there, and counts the alert as routed
 * once all of it is done. Idempotent.
 */
export async function recordEntry(deps: RecordDeps, decided: DecidedEntry): Promise<RoutedEntry> {
  const { entry, alert, routes, news } = decided.routing;
  const decisions: RecordedRule[] = [];
  const routed = { entry, alertId: alert.id, decisions, isRouted: false };
  try {
    for await (const recorded of recordRules(deps, decided)) decisions.push(recorded);
    // Last: until then an attempt that is made again finds the same news.
    if (news) await deps.alerts.updateContent(alert.id, contentOf(news.alert));
    if (!routes) return { ...routed, error: undefined };
    await startRun(deps, decided);
    await deps.alerts.markRouted(alert.id, deps.clock.now().toISOString());
    return { ...routed, isRouted: true, error: undefined };
  } catch (error) {
    return { ...routed, error };
  }
}

/** An entry whose alert could not be prepared, or that a rule could not decide on. */
export const failedEntry = (entry: DeliveredEntry, alertId: string, error: unknown): RoutedEntry => ({
  entry,
  alertId,
  decisions: [],
  isRouted: false,
  error,
});

/** One after the other, in the order of the rules. */
async function* recordRules(deps: RecordDeps, { routing, decisions }: DecidedEntry): AsyncGenerator<RecordedRule> {
  const { alert, routes, isNew, relayRules } = routing;
  if (relayRules.rules.length === 0) yield await record(deps, routing, NO_RULE, noRules);
  for (const rule of relayRules.rules) {
    const decision = decisions.get(rule.id);
    if (!decision) throw new Error(`Rule ${rule.id} decided nothing on alert ${alert.id}`);
    yield await record(deps, routing, rule.id, decision);
    // Only now: until the decision is recorded, a later attempt may decide otherwise, and start the job. Of an alert
    // that is new, no routing before this one can have left one behind.
    if (isRefusedForGood(decision) && routes && !isNew) await cancelUnstarted(deps, routing, rule, decision);
    if (decision.jobId !== undefined && stopsOnResolve(rule)) await stopIfResolvedMeanwhile(deps, alert.id, rule);
  }
}

async function record(
  { decisions, clock }: RecordDeps,
  { alert, entry, relayRules, isNew }: EntryRouting,
  ruleId: string,
  { reason, sentence, jobId, stormId }: RuleDecision,
): Promise<RecordedRule> {
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
  const recorded = await decisions.record(decision, entryName(entry, alert), isNew);
  // An earlier attempt has left the rule to a run, which may never have been started, and the alert is over.
  if (recorded.reason === 'scheduled' && reason === 'resolved') {
    await decisions.move({ ...decision, from: 'scheduled', day: dayOf(alert.createdAt) });
  }
  return { ruleId, sentence, ...recorded };
}

/** For good, and now: an alert that is held or scheduled may be taken up by others at this very moment. */
const isRefusedForGood = ({ reason, jobId }: RuleDecision): boolean =>
  jobId === undefined &&
  reason !== 'started' &&
  reason !== 'retried' &&
  !passingReasons.some((passing) => passing === reason);

/** An interrupted routing may have left a job without an execution; after this one nothing starts it any more. */
async function cancelUnstarted(
  deps: RecordDeps,
  { alert }: EntryRouting,
  rule: Rule,
  { sentence }: RuleDecision,
): Promise<void> {
  const job = await deps.jobs.get(jobIdOf(alert.id, rule.id));
  if (job && isUnstarted(job) && !job.session) await stopOrCancel(deps, job, sentence);
}

/** A resolved entry that was routed beside this one may have found no job yet. One of the two sees the other. */
async function stopIfResolvedMeanwhile(deps: RecordDeps, alertId: string, rule: Rule): Promise<void> {
  const now = await deps.alerts.get(alertId);
  if (now?.resolvedAt !== undefined) await stopOnResolve(deps, now, [rule]);
}
