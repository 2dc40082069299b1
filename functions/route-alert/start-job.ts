import type { Alert } from '../domain/alert.ts';
import type { Entry } from '../domain/delivered-entry.ts';
import { executionInputOf } from '../domain/execution-input.ts';
import type { Job } from '../domain/job.ts';
import { jobIdOf } from '../domain/job-id.ts';
import { promptOf } from '../domain/prompt.ts';
import type { Relay } from '../domain/relay.ts';
import type { AgentConfig, Rule } from '../domain/rule.ts';
import type { Clock, ExecutionStarter, JobStore } from '../ports.ts';

export interface StartJobDeps {
  jobs: Pick<JobStore, 'createOrGet' | 'markStarted'>;
  executions: ExecutionStarter;
  clock: Pick<Clock, 'now'>;
}

export interface JobStart {
  delivery: Pick<Entry['delivery'], 'deliveryId' | 'webhookId' | 'format'>;
  alert: Alert;
  relay: Relay;
  rule: Rule;
  config: AgentConfig;
  sentence: string;
  /** Who asked for this run, and which of the runs asked for it is. */
  asked?: { user: string; run: number };
}

/**
 * Starts the execution of one alert and one rule and returns the job as it was before. A repeat goes on where the first try
 * broke off: it starts with the stored input, because the same name with another input is refused. A settled job stays.
 */
export async function startJob({ jobs, executions, clock }: StartJobDeps, start: JobStart): Promise<Job> {
  const now = () => clock.now().toISOString();
  const job = await jobs.createOrGet(jobOf(start, now()));
  if (job.executionArn === undefined && job.settledAt === undefined) {
    const executionArn = await executions.start(job.id, job.input);
    await jobs.markStarted(job.id, executionArn, now());
  }
  return job;
}

/** Nobody starts such a job any more. */
export const cancelledBeforeStart = ({ executionArn, settledAt }: Job): boolean =>
  executionArn === undefined && settledAt !== undefined;

function jobOf({ asked, ...start }: JobStart, createdAt: string): Job {
  const { alert, relay, rule, config, delivery } = start;
  const id = jobIdOf(alert.id, rule.id, asked?.run);
  const prompt = promptOf({
    alert,
    relayName: relay.name,
    ruleName: rule.name,
    template: config.config?.promptTemplate,
    seed: id,
  });
  return {
    id,
    alertId: alert.id,
    relayId: relay.id,
    ruleId: rule.id,
    deliveryId: delivery.deliveryId,
    input: executionInputOf({ jobId: id, ...start, ...(asked && { user: asked.user }), prompt }),
    prompt,
    createdAt,
  };
}
