import type { ReasonCode } from '../contract/reason-codes.ts';
import { type Alert, deliveryRefOf } from '../domain/alert/alert.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import { decideOpen, type RoutingVerdict } from '../domain/decision/routing.ts';
import { isUnstarted, type Job } from '../domain/job/job.ts';
import { jobIdOfRound } from '../domain/job/job-id.ts';
import { leavesToNextRule } from '../domain/relay-run/steps.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { PreviousStep } from '../domain/webhook/webhook-call.ts';
import type { AlertStore, DecisionStore, JobStore, PauseSwitchStore, WebhookQueue } from '../ports.ts';
import { valueOrThrow } from './attempt.ts';
import { callWebhook } from './call-webhook.ts';
import { type CancelJobDeps, stopOrCancel } from './cancel-job.ts';
import { type RelayRules, type RelayRulesDeps, readRelayRules } from './relay-rules.ts';
import { currentAttempt } from './retries.ts';
import type { RuleDecision } from './rule-decision.ts';
import type { SessionStart } from './session-start.ts';
import { type Candidate, type StartSessionsDeps, startSession, startSessions } from './start-sessions.ts';

export interface DecideDeferredDeps extends RelayRulesDeps, StartSessionsDeps, CancelJobDeps {
  webhookCalls: WebhookQueue;
  jobs: Pick<JobStore, 'createOrGet' | 'createWithAlert' | 'markStarted' | 'get' | 'finish'>;
  alerts: Pick<AlertStore, 'get'>;
  decisions: Pick<DecisionStore, 'move'>;
  switch: Pick<PauseSwitchStore, 'read'>;
}

interface DeferredCase {
  alertId: string;
  ruleId: string;
  /** The decision that has stood so far. */
  from: ReasonCode;
  /**
   * The rule had its turn, and what it did came to nothing: it tries again. Where it does not start, the decision stays
   * as it is.
   */
  retry?: { sentence: string; countedAs: ReasonCode };
  /** Of a relay run, from 1. A later round is a job of its own, and no decision. */
  round?: number;
  /** False: the caller starts the execution itself, with the job's input. */
  startsExecution: boolean;
  /** Of a relay run: how the step before ended. */
  previous?: PreviousStep | undefined;
}

/** `leavesToNextRule`: the step of the group's next rule is due. */
export type DeferredDecision =
  | { kind: 'started'; job: Job }
  | { kind: 'called' }
  | { kind: 'nothing'; reason: ReasonCode; sentence: string; leavesToNextRule: boolean };

/**
 * Decides on an alert before a rule later than its routing: a step of a relay run, an alert that storm control
 * releases, one that was paused, one whose session failed. Looks at everything as it is now, acts, and puts the new
 * decision in the place of the one that stood so far. Idempotent. Throws where the alert is unknown.
 */
export async function decideDeferred(deps: DecideDeferredDeps, later: DeferredCase): Promise<DeferredDecision> {
  const { alertId, ruleId, from, round = 1, retry } = later;
  const alert = await deps.alerts.get(alertId);
  if (!alert) throw new Error(`Alert ${alertId} is unknown`);
  const relayRules = await readRelayRules(deps, alert.relayId);
  const rule = relayRules.rules.find(({ id }) => id === ruleId);
  const verdict = await verdictOf(deps, alert, relayRules, rule);
  // Nothing is decided while starts are paused, except that a step of a run does not wait for it.
  if (verdict.kind === 'final' && verdict.reason === 'paused' && from !== 'scheduled') {
    return { kind: 'nothing', reason: from, sentence: verdict.sentence, leavesToNextRule: false };
  }
  const decided =
    verdict.kind === 'final' || !rule
      ? await turnedDown(deps, later, verdict)
      : await acted(deps, later, verdict, { alert, relayRules, rule });
  if (round === 1 && (retry ? isTakenUp(decided) : decided.reason !== from)) {
    await deps.decisions.move({
      ...{ alertId, ruleId, relayId: alert.relayId, day: dayOf(alert.createdAt), from, countedAs: retry?.countedAs },
      ...decided,
      lastAt: deps.clock.now().toISOString(),
    });
  }
  return outcomeOf(deps, decided);
}

async function verdictOf(
  deps: DecideDeferredDeps,
  alert: Alert,
  { relay, integrations, catalogue }: RelayRules,
  rule: Rule | undefined,
): Promise<RoutingVerdict> {
  if (alert.resolvedAt !== undefined) {
    return {
      kind: 'final',
      reason: 'resolved',
      sentence: `The alert was resolved at ${alert.resolvedAt}, before this turn.`,
    };
  }
  if (!rule) return { kind: 'final', reason: 'rule_disabled', sentence: 'The rule has been deleted.' };
  const pauseSwitch = await deps.switch.read();
  return decideOpen({ alert, relay, rule, integrations, catalogue, at: deps.clock.now(), pauseSwitch });
}

/**
 * A job that was made for a step that starts nothing would wait for ever. One that an interrupted attempt has started
 * is at work.
 */
async function turnedDown(
  deps: DecideDeferredDeps,
  later: DeferredCase,
  verdict: RoutingVerdict,
): Promise<RuleDecision> {
  const { sentence } = verdict;
  const { job } = await attemptOf(deps, later);
  if (job?.executionArn !== undefined) {
    return { reason: begunReason(later), sentence: 'Started by a try that broke off.', jobId: job.id };
  }
  if (job && isUnstarted(job)) await stopOrCancel(deps, job, sentence);
  return { reason: verdict.kind === 'final' ? verdict.reason : 'rule_disabled', sentence };
}

/** The retry has a session, or storm control has it. */
const isTakenUp = ({ jobId, stormId }: RuleDecision): boolean => jobId !== undefined || stormId !== undefined;

function begunReason({ from, retry }: DeferredCase): SessionStart['reason'] {
  if (retry) return 'retried';
  return from === 'storm_held' ? 'storm_released' : 'started';
}

/** Of a relay run, the job of the round. An alert that is taken up anew has a job after those that came to nothing. */
async function attemptOf({ jobs }: DecideDeferredDeps, { alertId, ruleId, from, round = 1 }: DeferredCase) {
  if (from !== 'scheduled') return currentAttempt(jobs, alertId, ruleId);
  const id = jobIdOfRound(alertId, ruleId, round);
  return { id, job: await jobs.get(id) };
}

interface Turn {
  alert: Alert;
  relayRules: RelayRules;
  rule: Rule;
}

async function acted(
  deps: DecideDeferredDeps,
  later: DeferredCase,
  { action, sentence }: RoutingVerdict & { kind: 'act' },
  { alert, relayRules: { relay }, rule }: Turn,
): Promise<RuleDecision> {
  const { round = 1, previous = null, startsExecution, retry } = later;
  if (action.type === 'webhook') {
    const { traceparent } = alert;
    const call = { alert, relay, rule, config: action.config, outcome: previous, round, sentence, traceparent };
    return callWebhook(deps, call);
  }
  const { config, integration, entry } = action;
  const start = {
    jobId: (await attemptOf(deps, later)).id,
    delivery: deliveryRefOf(alert),
    ...{ alert, relay, rule, config, integration, entry, round, reason: begunReason(later) },
    sentence: retry?.sentence ?? sentence,
  };
  return session(deps, later, { start, isMade: false, startsExecution });
}

/**
 * Storm control has released the alert, or has let its first round through, or an interrupted attempt has begun: not
 * asked again.
 */
async function session(deps: DecideDeferredDeps, { from, round = 1, retry }: DeferredCase, candidate: Candidate) {
  if ((from === 'storm_held' && !retry) || round > 1) return startSession(deps, candidate);
  const job = await deps.jobs.get(candidate.start.jobId);
  if (job && !isUnstarted(job)) return startSession(deps, candidate);
  const [started] = await startSessions(deps, [{ ...candidate, isMade: job !== undefined }]);
  if (!started) throw new Error(`Nothing came of job ${candidate.start.jobId}`);
  return valueOrThrow(started.result);
}

async function outcomeOf(
  { jobs }: DecideDeferredDeps,
  { reason, sentence, jobId }: RuleDecision,
): Promise<DeferredDecision> {
  const job = jobId === undefined ? undefined : await jobs.get(jobId);
  if (job) return { kind: 'started', job };
  if (reason === 'webhook_called') return { kind: 'called' };
  return { kind: 'nothing', reason, sentence, leavesToNextRule: leavesToNextRule(reason) };
}
