import type { StackBudget } from '../domain/rule/budget.ts';
import { endHoldOf, giveBack } from '../domain/storm/storm-course.ts';
import { stormSettingsOf } from '../domain/storm/storm-settings.ts';
import type { Admission } from '../domain/storm/storm-window.ts';
import type {
  AlertStore,
  Budgets,
  Clock,
  ExecutionStarter,
  IncidentJobs,
  JobStore,
  StormStarter,
  StormStore,
  TitleClaims,
  WindowStore,
} from '../ports.ts';
import { admitAlerts } from './admit-alerts.ts';
import { type Attempted, attempt, attemptEach } from './attempt.ts';
import { beginSession } from './begin-session.ts';
import { type HoldDeps, holdAlerts } from './hold-alerts.ts';
import { inStorm, type RuleDecision } from './rule-decision.ts';
import type { SessionStart } from './session-start.ts';
import { cancelledBeforeStart, startMadeJob } from './start-job.ts';
import { hasLostItsSession } from './storms/lost-session.ts';
import { swapWindow } from './swap-window.ts';

/** What admitting, holding, beginning and starting take, side by side. */
export interface StartSessionsDeps {
  windows: WindowStore;
  storms: Pick<StormStore, 'createOrGet' | 'get' | 'markStarted' | 'addHeld'>;
  stormExecutions: StormStarter;
  jobs: Pick<JobStore, 'get' | 'createOrGet' | 'createWithAlert' | 'markStarted'>;
  executions: ExecutionStarter;
  alerts: Pick<AlertStore, 'get'>;
  titles: TitleClaims;
  incidentJobs: IncidentJobs;
  budgets: Budgets;
  stackBudget: StackBudget;
  clock: Pick<Clock, 'now'>;
}

/** An alert that a rule would start a session for. */
export interface Candidate {
  start: SessionStart;
  /** An interrupted attempt has made its job, which is not started. */
  isMade: boolean;
  /** False: the relay run starts the execution. */
  startsExecution: boolean;
}

type CandidateResult = Attempted<Candidate, RuleDecision>;

/** How often alerts may meet a storm that ends at that very moment. */
const MAX_ADMISSIONS = 4;

/**
 * Starts the sessions of one rule, for all alerts that it is for now: storm control lets them through or holds them,
 * what it lets through begins, and what does not start after all gives its start of the window back. What a storm
 * releases, or ends without, at this very moment is admitted anew; so is what would join one that lost its session.
 * Idempotent.
 */
export async function startSessions(
  deps: StartSessionsDeps,
  candidates: Candidate[],
  admissionsLeft = MAX_ADMISSIONS,
): Promise<CandidateResult[]> {
  const [first] = candidates;
  if (!first) return [];
  if (admissionsLeft === 0) return allFailed(candidates, new Error('The storm ended meanwhile'));
  const { rule, config } = first.start;
  const admitted = await attempt(() => admitAlerts(deps, rule.id, stormSettingsOf(config), candidates.map(arrivalOf)));
  if (!admitted.ok) return allFailed(candidates, admitted.error);
  const admissions = new Map(candidates.map((each) => [each, admitted.value.get(each.start.alert.id)]));
  const admittedAs = (kind: Admission['kind']) => candidates.filter((each) => admissions.get(each)?.kind === kind);
  const stormOf = (candidate: Candidate): string => {
    const admission = admissions.get(candidate);
    return admission && 'stormId' in admission ? admission.stormId : '';
  };

  const results = await beginEach(deps, admittedAs('start'));
  for (const [stormId, ofStorm] of Map.groupBy(admittedAs('triaged'), stormOf)) {
    const left = await attempt(() => leaveLostStorm(deps, rule.id, stormId));
    if (!left.ok) results.push(...allFailed(ofStorm, left.error));
    else if (left.value) results.push(...(await startSessions(deps, ofStorm, admissionsLeft - 1)));
    else results.push(...ofStorm.map((item) => decided(item, inStorm('storm_triaged', stormId))));
  }
  for (const [stormId, ofStorm] of Map.groupBy(admittedAs('hold'), stormOf)) {
    const isStorm = ofStorm.some((each) => isOfStorm(admissions.get(each)));
    const isHeld = await attempt(() => hold(deps, { id: stormId, isStorm }, ofStorm));
    if (!isHeld.ok) results.push(...allFailed(ofStorm, isHeld.error));
    else if (isHeld.value) results.push(...ofStorm.map((item) => decided(item, inStorm('storm_held', stormId))));
    else results.push(...(await startSessions(deps, ofStorm, admissionsLeft - 1)));
  }
  return results;
}

/** Begins a session that storm control has let through, and starts its execution where nobody else does. Idempotent. */
export async function startSession(
  deps: StartSessionsDeps,
  { start, startsExecution }: Omit<Candidate, 'isMade'>,
): Promise<RuleDecision> {
  const begun = await beginSession(deps, start);
  if (begun.kind === 'refused') return { reason: begun.reason, sentence: begun.sentence };
  const { job } = begun;
  if (startsExecution) await startMadeJob(deps, job);
  const { reason, sentence } = start;
  const cancelled = cancelledBeforeStart(job) ? `${sentence} The job was cancelled before it started.` : sentence;
  return { reason, sentence: cancelled, jobId: job.id };
}

const isOfStorm = (admission: Admission | undefined): boolean => admission?.kind === 'hold' && admission.isStorm;

const arrivalOf = ({ start: { alert }, isMade }: Candidate) => ({
  alertId: alert.id,
  critical: alert.severity === 'critical',
  isMade,
});

const decided = (item: Candidate, decision: RuleDecision): CandidateResult => ({
  item,
  result: { ok: true, value: decision },
});

const allFailed = (candidates: Candidate[], error: unknown): CandidateResult[] =>
  candidates.map((item) => ({ item, result: { ok: false, error } }));

async function beginEach(deps: StartSessionsDeps, starting: Candidate[]): Promise<CandidateResult[]> {
  const results = await attemptEach(starting, (candidate) => startSession(deps, candidate));
  const refused = results.filter(({ result }) => result.ok && result.value.jobId === undefined);
  const [first] = refused;
  if (!first) return results;
  const givenBack = await attempt(() =>
    swapWindow(deps, first.item.start.rule.id, (window) =>
      refused.reduce((each, { item }) => giveBack(each, item.start.alert.id), window),
    ),
  );
  // The window is the rule's: what fails here fails for all of them, as their next attempt finds them.
  return givenBack.ok ? results : results.map(({ item, result }) => ({ item, result: result.ok ? givenBack : result }));
}

/** Nothing joins a storm any more whose session was lost. True where that is so. */
async function leaveLostStorm(deps: StartSessionsDeps, ruleId: string, stormId: string): Promise<boolean> {
  if (!(await hasLostItsSession(deps, stormId))) return false;
  await swapWindow(deps, ruleId, (window) => endHoldOf(window, stormId));
  return true;
}

/** False: the storm has released its alerts, or ended without a session, meanwhile. */
async function hold(
  deps: HoldDeps,
  { id: stormId, isStorm }: { id: string; isStorm: boolean },
  held: Candidate[],
): Promise<boolean> {
  const [first] = held;
  if (!first) return true;
  const { relay, rule, config } = first.start;
  const alerts = held.map(({ start: { alert } }) => alert);
  return holdAlerts(deps, { stormId, isStorm, relay, rule, settings: stormSettingsOf(config), alerts });
}
