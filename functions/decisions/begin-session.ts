import type { ExecutionInput } from '../contract/execution.ts';
import { limits } from '../contract/limits.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { cooldownOf } from '../domain/decision/cooldown.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import { jobIdOfRound } from '../domain/job/job-id.ts';
import { budgetScopesOf, integrationLimitsOf, type StackBudget } from '../domain/rule/budget.ts';
import type { Integration } from '../domain/rule/integration.ts';
import type { Relay } from '../domain/rule/relay.ts';
import type { AgentConfig, Rule } from '../domain/rule/rule.ts';
import type { AlertStore, Budgets, Clock, IncidentJobs, JobStore } from '../ports.ts';
import { type ClaimTitleDeps, claimTitle } from './claim-title.ts';
import type { RuleDecision } from './entry-routing.ts';
import { cancelledBeforeStart, type JobStart, makeJob, type StartJobDeps, startMadeJob } from './start-job.ts';
import { giveBudgetsBack, takeBudgets } from './take-budgets.ts';

export interface BeginDeps extends StartJobDeps, ClaimTitleDeps {
  jobs: StartJobDeps['jobs'] & Pick<JobStore, 'get'>;
  alerts: Pick<AlertStore, 'get'>;
  incidentJobs: IncidentJobs;
  budgets: Budgets;
  stackBudget: StackBudget;
  clock: Pick<Clock, 'now'>;
}

export interface Beginning {
  delivery: JobStart['delivery'];
  alert: Alert;
  relay: Relay;
  rule: Rule;
  config: AgentConfig;
  integration: Integration;
  sentence: string;
  reason: ExecutionInput['why']['reason'];
  /** Of a relay run, from 1. */
  round: number;
  /** Nothing can have been begun before. */
  isNew: boolean;
  /** False: the relay run starts the execution. */
  startsExecution: boolean;
}

/**
 * Begins the session of an alert that storm control let through: asks what other sessions have to say to it, makes the job
 * and starts its execution. What was begun by a try that broke off goes on without being asked again. Idempotent.
 */
export async function beginSession(deps: BeginDeps, beginning: Beginning): Promise<RuleDecision> {
  const { alert, rule, isNew, round } = beginning;
  const jobId = jobIdOfRound(alert.id, rule.id, round);
  const begun = isNew ? undefined : await deps.jobs.get(jobId);
  const refusal = begun ? undefined : await refusalOf(deps, jobId, beginning);
  if (refusal) return refusal;
  // Before the job is there, so that none is made that the incident does not know of.
  if (!begun) await deps.incidentJobs.remember(rule.id, alert.fingerprint, jobId);
  const job = begun ?? (await makeJob(deps, { ...beginning, jobId, ...budgetOf(deps, beginning) }));
  if (beginning.startsExecution) await startMadeJob(deps, job);
  const { sentence } = beginning;
  const cancelled = cancelledBeforeStart(job) ? `${sentence} The job was cancelled before it started.` : sentence;
  return { reason: beginning.reason, sentence: cancelled, jobId: job.id };
}

async function refusalOf(deps: BeginDeps, jobId: string, beginning: Beginning): Promise<RuleDecision | undefined> {
  // A later round is the same work again, on purpose.
  const cooldown = beginning.round > 1 ? undefined : await coolingDown(deps, beginning);
  if (cooldown !== undefined) return { reason: 'cooldown', sentence: cooldown };
  const { scopes, day } = budgetOf(deps, beginning);
  const usedUp = await takeBudgets(deps.budgets, scopes, day, jobId);
  if (usedUp !== undefined) return { reason: 'budget', sentence: usedUp };
  // Last: a title that is claimed stays so until a session has ended.
  const sameTitle = await claimTitle(deps, { ...beginning, jobId });
  if (sameTitle === undefined) return undefined;
  await giveBudgetsBack(deps.budgets, scopes, day, jobId);
  return { reason: 'same_title_running', sentence: sameTitle };
}

async function coolingDown(deps: BeginDeps, { alert, rule, config }: Beginning): Promise<string | undefined> {
  const lastId = await deps.incidentJobs.last(rule.id, alert.fingerprint);
  const last = lastId === undefined ? undefined : await deps.jobs.get(lastId);
  return cooldownOf({
    alertId: alert.id,
    last,
    lastAlert: last?.collected ? await deps.alerts.get(last.alertId) : undefined,
    cooldownSeconds: config.config?.cooldownSeconds ?? limits.cooldownSeconds.default,
    now: deps.clock.now(),
  });
}

/** What the job counts for, and how many others may run beside it. */
function budgetOf({ stackBudget, clock }: BeginDeps, { rule, config, integration }: Beginning) {
  return {
    scopes: budgetScopesOf({ rule, config, integration, stack: stackBudget }),
    day: dayOf(clock.now().toISOString()),
    maxConcurrent: integrationLimitsOf(integration).maxConcurrentSessions,
  };
}
