import { type BeginDeps, beginSession } from '../../../decisions/begin-session.ts';
import { currentAttempt } from '../../../decisions/retries.ts';
import type { SessionStart } from '../../../decisions/session-start.ts';
import { cancelledBeforeStart, type StartJobDeps, startMadeJob } from '../../../decisions/start-job.ts';
import { type Alert, deliveryRefOf } from '../../../domain/alert/alert.ts';
import { asksCatalogue, chooseEntry } from '../../../domain/decision/choose-entry.ts';
import { pausedSentence } from '../../../domain/decision/routing.ts';
import type { Job } from '../../../domain/job/job.ts';
import { jobIdOf } from '../../../domain/job/job-id.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import { readConfig } from '../../../domain/rule/rule-config.ts';
import type {
  CatalogueStore,
  DecisionStore,
  IntegrationStore,
  PauseSwitchStore,
  RelayStore,
  RuleStore,
} from '../../../ports.ts';
import { conflict } from '../change.ts';
import { ApiRefusal, notFound } from '../refusal.ts';

export interface RunRuleDeps extends BeginDeps, StartJobDeps {
  relays: Pick<RelayStore, 'get'>;
  rules: Pick<RuleStore, 'get'>;
  integrations: Pick<IntegrationStore, 'get'>;
  catalogue: Pick<CatalogueStore, 'current'>;
  decisions: Pick<DecisionStore, 'record' | 'listByAlert'>;
  switch: Pick<PauseSwitchStore, 'read'>;
  jobs: BeginDeps['jobs'] & StartJobDeps['jobs'];
}

/**
 * Has a rule run for an alert because a person asks, whatever was decided before: also for a closed alert, also if the
 * rule is switched off. While a session of the two is at work it is refused, so a request that arrives twice starts one
 * session; and while all starts are paused.
 */
export async function runRule(
  deps: RunRuleDeps,
  { alertId, ruleId }: { alertId: string; ruleId: string },
  caller: string,
): Promise<Job | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const [relay, rule] = await Promise.all([deps.relays.get(alert.relayId), deps.rules.get(alert.relayId, ruleId)]);
  if (!relay || !rule || rule.deletedAt !== undefined) return notFound("rule in the alert's relay");
  const usable = await usableRule(deps, alert, rule);
  if (usable instanceof ApiRefusal) return usable;

  const pauseSwitch = await deps.switch.read();
  if (pauseSwitch?.paused) return conflict(pausedSentence(pauseSwitch));
  const runs = await runsOf(deps, alert, rule);
  const current = await unfinished(deps, alert, rule, runs);
  if (current) return conflict(`A session of this rule is at work on the alert: job ${current.id}.`);
  const sentence = `${caller} asked for rule "${rule.name}", version ${rule.version}, to run for alert ${alert.id}.`;
  const begun = await beginSession(deps, {
    ...{ jobId: jobIdOf(alert.id, rule.id, runs + 1), delivery: deliveryRefOf(alert) },
    ...{ alert, relay, rule, ...usable, sentence, user: caller },
    ...{ reason: 'run_by_user', round: 1 },
  });
  if (begun.kind === 'refused') return conflict(begun.sentence);
  const { job } = begun;
  await startMadeJob(deps, job);
  await note(deps, { alert, rule, sentence, jobId: job.id });
  // Of an earlier run that was interrupted; now that it is counted, this one has the next number.
  if (cancelledBeforeStart(job)) return runRule(deps, { alertId, ruleId }, caller);
  return (await deps.jobs.get(job.id)) ?? notFound('agent job');
}

/** What the session would be started with, by the catalogue where the rule asks it. */
async function usableRule(
  deps: RunRuleDeps,
  alert: Alert,
  rule: Rule,
): Promise<Pick<SessionStart, 'config' | 'integration' | 'entry'> | ApiRefusal> {
  const read = readConfig(rule);
  if (!read.ok) return conflict(`The rule cannot run as it is stored (${read.problem}). Update it first.`);
  const catalogue = asksCatalogue(read.config) ? await deps.catalogue.current() : undefined;
  const chosen = chooseEntry({ rule, config: read.config, catalogue, alert, at: deps.clock.now() });
  if (chosen.kind === 'no_service') return conflict(chosen.sentence);
  if (chosen.kind === 'invalid') return conflict(`The rule cannot run as the catalogue is stored (${chosen.problem}).`);
  const { config, entry } = chosen;
  const integration = await deps.integrations.get(config.integrationId);
  if (integration) return { config, integration, entry };
  const names = entry ? `entry "${entry.applied.entry}" of the catalogue` : 'rule';
  return conflict(`The integration that the ${names} names is gone. Update the ${entry ? 'catalogue' : 'rule'} first.`);
}

/** How many runs of the rule users have asked for. */
async function runsOf({ decisions }: RunRuleDeps, alert: Alert, rule: Rule): Promise<number> {
  const found = await decisions.listByAlert(alert.id);
  return found.find(({ ruleId, reason }) => ruleId === rule.id && reason === 'run_by_user')?.count ?? 0;
}

/** The job of the rule's own run, or of the last one asked for, if it has started and not ended. */
async function unfinished({ jobs }: RunRuleDeps, alert: Alert, rule: Rule, runs: number): Promise<Job | undefined> {
  const { job: own } = await currentAttempt(jobs, alert.id, rule.id);
  const found = [own, runs > 0 ? await jobs.get(jobIdOf(alert.id, rule.id, runs)) : undefined];
  return found.find((job) => job?.startedAt !== undefined && job.finishedAt === undefined);
}

/** Counted once for each job. Two at once start the same job, which is one count. */
async function note(
  { decisions, clock }: RunRuleDeps,
  { alert, rule, sentence, jobId }: { alert: Alert; rule: Rule; sentence: string; jobId: string },
): Promise<void> {
  const decision = {
    alertId: alert.id,
    relayId: alert.relayId,
    ruleId: rule.id,
    reason: 'run_by_user' as const,
    sentence,
    jobId,
    lastAt: clock.now().toISOString(),
    // In the place of a delivery: the ledger counts what comes by one only once.
    lastDeliveryId: jobId,
  };
  await decisions.record(decision, 'firing');
}
