import type { PassingReason, ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import { decideOpen, type RoutingVerdict } from '../domain/decision/routing.ts';
import { isUnstarted, type Job } from '../domain/job/job.ts';
import { jobIdOf, jobIdOfRound } from '../domain/job/job-id.ts';
import { leavesToNextRule } from '../domain/relay-run/steps.ts';
import type { AgentConfig, Rule } from '../domain/rule/rule.ts';
import { giveBack } from '../domain/storm/storm-course.ts';
import { stormSettingsOf } from '../domain/storm/storm-settings.ts';
import { type PreviousStep, webhookCallOf } from '../domain/webhook/webhook-call.ts';
import type { AlertStore, DecisionStore, JobStore, PauseSwitchStore } from '../ports.ts';
import { type ActDeps, MAX_ANEW } from './act.ts';
import { admitAlerts } from './admit-alerts.ts';
import { beginSession } from './begin-session.ts';
import { type CancelJobDeps, stopOrCancel } from './cancel-job.ts';
import type { RuleDecision } from './entry-routing.ts';
import { holdAlerts } from './hold-alerts.ts';
import { inStorm } from './in-storm.ts';
import { type RelayRules, type RelayRulesDeps, readRelayRules } from './relay-rules.ts';
import { swapWindow } from './swap-window.ts';

export interface DecideDeferredDeps extends RelayRulesDeps, ActDeps, CancelJobDeps {
  jobs: Pick<JobStore, 'createOrGet' | 'markStarted' | 'get' | 'finish'>;
  alerts: Pick<AlertStore, 'get'>;
  decisions: Pick<DecisionStore, 'move'>;
  switch: Pick<PauseSwitchStore, 'read'>;
}

export interface DeferredCase {
  alertId: string;
  ruleId: string;
  /** The decision that has stood so far. */
  from: PassingReason;
  /** Of a relay run, from 1. A later round is a job of its own, and no decision. */
  round?: number;
  /** False: the caller starts the execution itself, with the job's input. */
  startsExecution: boolean;
  /** Of a relay run: how the step before ended. */
  previous?: PreviousStep | undefined;
}

/** `goesOn`: the next rule of the group has its turn. */
export type DeferredDecision =
  | { did: 'started'; job: Job }
  | { did: 'called' }
  | { did: 'nothing'; reason: ReasonCode; sentence: string; goesOn: boolean };

/**
 * Decides on an alert before a rule whose turn comes later than its routing: a step of a relay run, an alert that storm control
 * lets go, one that was paused. Looks at everything as it is now, acts, and puts the new decision in the place of the one
 * that stood so far. Idempotent. Throws where the alert is unknown.
 */
export async function decideDeferred(deps: DecideDeferredDeps, later: DeferredCase): Promise<DeferredDecision> {
  const { alertId, ruleId, from, round = 1 } = later;
  const alert = await deps.alerts.get(alertId);
  if (!alert) throw new Error(`Alert ${alertId} is unknown`);
  const relayRules = await readRelayRules(deps, alert.relayId);
  const rule = relayRules.rules.find(({ id }) => id === ruleId);
  const verdict = await verdictOf(deps, alert, relayRules, rule);
  // Nothing is decided while starts are paused, except that a step of a run does not wait for it.
  if (verdict.kind === 'final' && verdict.reason === 'paused' && from !== 'scheduled') {
    return { did: 'nothing', reason: from, sentence: verdict.sentence, goesOn: false };
  }
  const decided =
    verdict.kind === 'final' || !rule
      ? await turnedDown(deps, later, verdict)
      : await acted(deps, later, verdict, { alert, relayRules, rule });
  if (round === 1 && decided.reason !== from) {
    await deps.decisions.move({
      ...{ alertId, ruleId, relayId: alert.relayId, day: dayOf(alert.createdAt), from },
      ...decided,
      lastAt: deps.clock.now().toISOString(),
    });
  }
  return outcomeOf(deps, decided);
}

async function verdictOf(
  deps: DecideDeferredDeps,
  alert: Alert,
  { relay, integrationIds }: RelayRules,
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
  return decideOpen({ alert, relay, rule, integrationIds, at: deps.clock.now(), pauseSwitch });
}

/** A job that was made for a turn that is not taken would wait for ever. One that was started by a try that broke off is at work. */
async function turnedDown(
  deps: DecideDeferredDeps,
  later: DeferredCase,
  verdict: RoutingVerdict,
): Promise<RuleDecision> {
  const { sentence } = verdict;
  const job = await deps.jobs.get(jobIdOfRound(later.alertId, later.ruleId, later.round ?? 1));
  if (job?.executionArn !== undefined) {
    return { reason: begunReason(later), sentence: 'Started by a try that broke off.', jobId: job.id };
  }
  if (job && isUnstarted(job)) await stopOrCancel(deps, job, sentence);
  return { reason: verdict.kind === 'final' ? verdict.reason : 'rule_disabled', sentence };
}

const begunReason = ({ from }: DeferredCase) => (from === 'storm_held' ? 'storm_released' : 'started');

interface Turn {
  alert: Alert;
  relayRules: RelayRules;
  rule: Rule;
}

async function acted(
  deps: DecideDeferredDeps,
  later: DeferredCase,
  verdict: RoutingVerdict & { kind: 'act' },
  turn: Turn,
): Promise<RuleDecision> {
  const { action, sentence } = verdict;
  if (action.type === 'agent') return session(deps, later, { ...turn, config: action.config, sentence });
  const decision = { reason: 'webhook_called' as const, sentence };
  const { alert, rule, relayRules } = turn;
  const { round = 1, previous = null } = later;
  const call = { alert, relay: relayRules.relay, rule, config: action.config, decision, outcome: previous, round };
  await deps.webhookCalls.send(webhookCallOf(call));
  return decision;
}

async function session(
  deps: DecideDeferredDeps,
  later: DeferredCase,
  { alert, relayRules, rule, config, sentence }: Turn & { config: AgentConfig; sentence: string },
): Promise<RuleDecision> {
  const { relay, integrations } = relayRules;
  const { from, round = 1, startsExecution } = later;
  const integration = integrations.get(config.integrationId);
  if (!integration) throw new Error(`Integration ${config.integrationId} is unknown`);
  // Storm control has let it go, or has let its first round through.
  const held =
    from === 'storm_held' || round > 1
      ? undefined
      : await heldBack(deps, { alert, relayRules, rule }, config, MAX_ANEW);
  if (held) return held;
  const decided = await beginSession(deps, {
    delivery: { deliveryId: alert.deliveryId, webhookId: alert.webhookId, format: alert.format },
    ...{ alert, relay, rule, config, integration, sentence, round, startsExecution },
    reason: begunReason(later),
    isNew: false,
  });
  // A start of the window is for what starts. Storm control takes back itself what it gave to what was held.
  if (decided.jobId === undefined && from !== 'storm_held') {
    await swapWindow(deps, rule.id, (window) => giveBack(window, alert.id));
  }
  return decided;
}

/** Storm control. What a storm lets go of, or ends without, at this very moment is admitted anew. */
async function heldBack(
  deps: DecideDeferredDeps,
  turn: Turn,
  config: AgentConfig,
  triesLeft: number,
): Promise<RuleDecision | undefined> {
  const { alert, relayRules, rule } = turn;
  const settings = stormSettingsOf(config);
  const job = await deps.jobs.get(jobIdOf(alert.id, rule.id));
  if (job && !isUnstarted(job)) return undefined;
  const arrival = { alertId: alert.id, critical: alert.severity === 'critical', isMade: job !== undefined };
  const admission = (await admitAlerts(deps, rule.id, settings, [arrival])).get(alert.id);
  if (admission?.kind === 'triaged') return inStorm('storm_triaged', admission.stormId);
  if (admission?.kind !== 'hold') return undefined;
  const { stormId } = admission;
  const alerts = [{ alert, deliveryId: alert.deliveryId }];
  if (await holdAlerts(deps, { stormId, relay: relayRules.relay, rule, settings, alerts })) {
    return inStorm('storm_held', stormId);
  }
  if (triesLeft > 0) return heldBack(deps, turn, config, triesLeft - 1);
  throw new Error('The storm ended meanwhile');
}

async function outcomeOf(
  { jobs }: DecideDeferredDeps,
  { reason, sentence, jobId }: RuleDecision,
): Promise<DeferredDecision> {
  const job = jobId === undefined ? undefined : await jobs.get(jobId);
  if (job) return { did: 'started', job };
  if (reason === 'webhook_called') return { did: 'called' };
  return { did: 'nothing', reason, sentence, goesOn: leavesToNextRule(reason) };
}
