import { passingReasons, type ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import { isUnstarted } from '../domain/job/job.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { AlertStore, DecisionStore, JobStore, NewDecision } from '../ports.ts';
import { type CancelJobDeps, stopOrCancel } from './cancel-job.ts';
import { type DecidedEntry, type EntryRouting, entryName } from './entry-routing.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RuleDecision } from './rule-decision.ts';
import { runOf, type StartRunDeps, startRun } from './start-run.ts';
import { type StopOnResolveDeps, stopOnResolve, stopsOnResolve } from './stop-on-resolve.ts';
import { contentOf } from './store-entry.ts';

interface RecordDeps extends StopOnResolveDeps, CancelJobDeps, StartRunDeps {
  jobs: Pick<JobStore, 'markStarted' | 'get' | 'finish'>;
  alerts: Pick<AlertStore, 'get' | 'create' | 'markRouted' | 'updateContent'>;
  decisions: Pick<DecisionStore, 'record' | 'recordFirst' | 'move'>;
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
  /** Its alert, where that is open and routed by now: what says the same once more has nothing to look up. */
  open?: { alert: Alert; relayRules: RelayRules } | undefined;
}

/** Stands for "no rule" in the one decision of an entry whose relay has none. */
const NO_RULE = 'none';
const noRules: RuleDecision = { reason: 'no_rules', sentence: 'The relay has no rule, so nothing could start.' };

/**
 * Records what the rules have decided, starts the relay run that goes on from there, and counts the alert as routed
 * once all of it is done. Idempotent. The error is an AlertKnown where the alert was new, and is not any more.
 */
export async function recordEntry(deps: RecordDeps, decided: DecidedEntry): Promise<RoutedEntry> {
  const { entry, alert } = decided.routing;
  const decisions: RecordedRule[] = [];
  const routed = { entry, alertId: alert.id, decisions };
  try {
    const isDone = await recordAtOnce(deps, decided, decisions);
    if (decisions.length === 0) for await (const recorded of recordRules(deps, decided)) decisions.push(recorded);
    const isRouted = isDone || (await finish(deps, decided));
    return { ...routed, isRouted, error: undefined, open: openOf(deps, decided.routing, isRouted) };
  } catch (error) {
    return { ...routed, isRouted: false, error };
  }
}

/** A write of DynamoDB has a hundred rows, the alert and the ways from its incidents among them. */
const MOST_AT_ONCE = 90;

function openOf(
  { clock }: RecordDeps,
  { entry, alert, relayRules }: EntryRouting,
  isRouted: boolean,
): RoutedEntry['open'] {
  const routedAt = alert.routedAt ?? (isRouted ? clock.now().toISOString() : undefined);
  const isOpen = alert.resolvedAt === undefined && entry.delivery.repeatOf === undefined;
  if (routedAt === undefined || !isOpen || relayRules.rules.length === 0) return undefined;
  return { alert: { ...alert, routedAt }, relayRules };
}

/**
 * All decisions on a new alert in one write, with the alert itself where nothing has begun for it. True where it is
 * routed with that. Where another routing was there before, nothing is recorded.
 */
async function recordAtOnce(deps: RecordDeps, decided: DecidedEntry, recorded: RecordedRule[]): Promise<boolean> {
  const { routing } = decided;
  const { alert, entry, routes, fresh } = routing;
  if (!fresh) return false;
  const due = decisionsOf(decided);
  if (due.length > MOST_AT_ONCE) {
    await fresh.store(() => deps.alerts.create(alert));
    return false;
  }
  const { isStored } = fresh;
  const isLast = routes && !runOf(decided);
  const at = deps.clock.now().toISOString();
  const first = {
    ...{ alert, isStored, entry: entryName(entry, alert) },
    decisions: due.map(({ ruleId, decision }) => newDecision(routing, ruleId, decision, at)),
    routedAt: isLast ? at : undefined,
  };
  if (isStored && !(await deps.decisions.recordFirst(first))) return false;
  await fresh.store(() => deps.decisions.recordFirst(first));
  for (const { ruleId, decision } of due) {
    const { reason, sentence } = decision;
    recorded.push({ ruleId, reason, sentence, counted: true });
  }
  for (const { rule, decision } of due) await lookOnceMore(deps, alert.id, rule, decision);
  return isLast;
}

/** What comes once every decision is recorded. True where the alert is routed. */
async function finish(deps: RecordDeps, decided: DecidedEntry): Promise<boolean> {
  const { alert, routes, news } = decided.routing;
  // Last: until then an attempt that is made again finds the same news.
  if (news) await deps.alerts.updateContent(alert.id, contentOf(news.alert));
  if (!routes) return false;
  await startRun(deps, decided);
  await deps.alerts.markRouted(alert.id, deps.clock.now().toISOString());
  return true;
}

/** An entry whose alert could not be prepared, or that a rule could not decide on. */
export const failedEntry = (entry: DeliveredEntry, alertId: string, error: unknown): RoutedEntry => ({
  entry,
  alertId,
  decisions: [],
  isRouted: false,
  error,
});

interface DueDecision {
  ruleId: string;
  /** Undefined where the relay has none. */
  rule: Rule | undefined;
  decision: RuleDecision;
}

/** One for each rule, in their order; one where there is none. */
function decisionsOf({ routing, decisions }: DecidedEntry): DueDecision[] {
  const { rules } = routing.relayRules;
  if (rules.length === 0) return [{ ruleId: NO_RULE, rule: undefined, decision: noRules }];
  return rules.map((rule) => {
    const decision = decisions.get(rule.id);
    if (!decision) throw new Error(`Rule ${rule.id} decided nothing on alert ${routing.alert.id}`);
    return { ruleId: rule.id, rule, decision };
  });
}

/** One after the other. */
async function* recordRules(deps: RecordDeps, decided: DecidedEntry): AsyncGenerator<RecordedRule> {
  const { routing } = decided;
  const { alert, routes, fresh } = routing;
  for (const { ruleId, rule, decision } of decisionsOf(decided)) {
    yield await record(deps, routing, ruleId, decision);
    // Only now: until the decision is recorded, a later attempt may decide otherwise, and start the job. Of an alert
    // that is new, no routing before this one can have left one behind.
    if (rule && isRefusedForGood(decision) && routes && !fresh) await cancelUnstarted(deps, routing, rule, decision);
    await lookOnceMore(deps, alert.id, rule, decision);
  }
}

async function record(
  { decisions, clock }: RecordDeps,
  routing: EntryRouting,
  ruleId: string,
  ruleDecision: RuleDecision,
): Promise<RecordedRule> {
  const { alert, entry } = routing;
  const { reason, sentence } = ruleDecision;
  const decision = newDecision(routing, ruleId, ruleDecision, clock.now().toISOString());
  const recorded = await decisions.record(decision, entryName(entry, alert));
  // An earlier attempt has left the rule to a run, which may never have been started, and the alert is over.
  if (recorded.reason === 'scheduled' && reason === 'resolved') {
    await decisions.move({ ...decision, from: 'scheduled', day: dayOf(alert.createdAt) });
  }
  return { ruleId, sentence, ...recorded };
}

export const newDecision = (
  { alert, entry, relayRules }: Pick<EntryRouting, 'alert' | 'entry' | 'relayRules'>,
  ruleId: string,
  { reason, sentence, jobId, stormId }: RuleDecision,
  lastAt: string,
): NewDecision => ({
  ...{ alertId: alert.id, relayId: relayRules.relay.id, ruleId, reason, sentence },
  ...(jobId !== undefined && { jobId }),
  ...(stormId !== undefined && { stormId }),
  ...{ lastAt, lastDeliveryId: entry.delivery.deliveryId },
});

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
async function lookOnceMore(
  deps: RecordDeps,
  alertId: string,
  rule: Rule | undefined,
  { jobId }: RuleDecision,
): Promise<void> {
  if (!rule || jobId === undefined || !stopsOnResolve(rule)) return;
  const now = await deps.alerts.get(alertId);
  if (now?.resolvedAt !== undefined) await stopOnResolve(deps, now, [rule]);
}
