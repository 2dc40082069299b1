import type { ExecutionInput } from '../contract/execution.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { DeliveredEntry } from '../domain/alert/delivered-entry.ts';
import { executionInputOf } from '../domain/job/execution-input.ts';
import { isUnstarted, type Job } from '../domain/job/job.ts';
import { promptOf } from '../domain/prompt/prompt.ts';
import type { BudgetScope } from '../domain/rule/budget.ts';
import type { Relay } from '../domain/rule/relay.ts';
import type { AgentConfig, Rule } from '../domain/rule/rule.ts';
import type { Clock, ExecutionStarter, JobStore } from '../ports.ts';

export interface StartJobDeps {
  jobs: Pick<JobStore, 'createOrGet' | 'markStarted'>;
  executions: ExecutionStarter;
  clock: Pick<Clock, 'now'>;
}

export interface JobStart {
  jobId: string;
  delivery: Pick<DeliveredEntry['delivery'], 'deliveryId' | 'webhookId' | 'format'>;
  alert: Alert;
  relay: Pick<Relay, 'id' | 'name'>;
  rule: Rule;
  config: AgentConfig;
  reason: ExecutionInput['why']['reason'];
  sentence: string;
  /** Who asked for this run. */
  user?: string;
  /** Budgets of the day that it counts for. */
  day: string;
  scopes: Pick<BudgetScope, 'scope'>[];
  maxConcurrent: number | undefined;
}

/** The job as it is stored: this one, or the one that an earlier try has made. */
export const makeJob = ({ jobs, clock }: StartJobDeps, start: JobStart): Promise<Job> =>
  jobs.createOrGet(jobOf(start, clock.now().toISOString()));

/**
 * Starts the execution of a job that is neither started nor settled, with the stored input: the same name with another input
 * is refused. Idempotent.
 */
export async function startMadeJob({ jobs, executions, clock }: StartJobDeps, job: Job): Promise<void> {
  if (!isUnstarted(job)) return;
  const executionArn = await executions.start(job.id, job.input);
  await jobs.markStarted(job.id, executionArn, clock.now().toISOString());
}

/** Nobody starts such a job any more. */
export const cancelledBeforeStart = ({ executionArn, finishedAt }: Job): boolean =>
  executionArn === undefined && finishedAt !== undefined;

function jobOf(start: JobStart, createdAt: string): Job {
  const { jobId, alert, relay, rule, config, delivery } = start;
  const prompt = promptOf({
    alert,
    relayName: relay.name,
    ruleName: rule.name,
    template: config.config?.promptTemplate,
    seed: jobId,
  });
  return {
    id: jobId,
    alertId: alert.id,
    relayId: relay.id,
    ruleId: rule.id,
    deliveryId: delivery.deliveryId,
    input: executionInputOf({ ...start, prompt }),
    prompt,
    createdAt,
  };
}
