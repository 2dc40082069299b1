import type { AppliedEntry } from '../contract/catalogue.ts';
import { incidentOf } from '../domain/alert/incident.ts';
import { redactAlert } from '../domain/alert/redact-alert.ts';
import { executionInputOf } from '../domain/job/execution-input.ts';
import { isUnstarted, type Job } from '../domain/job/job.ts';
import { promptOf } from '../domain/prompt/prompt.ts';
import type { Clock, ExecutionStarter, JobStore } from '../ports.ts';
import type { CountedStart } from './session-start.ts';

export interface StartJobDeps {
  jobs: Pick<JobStore, 'markStarted'>;
  executions: ExecutionStarter;
  clock: Pick<Clock, 'now'>;
}

interface MakeJobDeps {
  jobs: Pick<JobStore, 'createOrGet' | 'createWithAlert'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * The job as it is stored: this one, or the one that an earlier attempt has made. With it the incident knows of it, and
 * a new alert is stored: there is no job without either. A run by hand starts no cooldown.
 */
export async function makeJob({ jobs, clock }: MakeJobDeps, start: CountedStart): Promise<Job> {
  const job = jobOf(start, clock.now().toISOString());
  const incident = start.reason === 'run_by_user' ? undefined : incidentOf(start.alert);
  const { fresh } = start;
  let isMade = false;
  await fresh?.store(async () => {
    isMade = await jobs.createWithAlert(job, fresh.alert, incident);
    return isMade;
  });
  return isMade ? job : jobs.createOrGet(job, incident);
}

/**
 * Starts the execution of a job that is neither started nor finished, with the stored input: the same name with another
 * input is refused. Idempotent.
 */
export async function startMadeJob({ jobs, executions, clock }: StartJobDeps, job: Job): Promise<void> {
  if (!isUnstarted(job)) return;
  const executionArn = await executions.start(job.id, job.input);
  await jobs.markStarted(job.id, executionArn, clock.now().toISOString());
}

/** Nobody starts such a job any more. */
export const cancelledBeforeStart = ({ executionArn, finishedAt }: Job): boolean =>
  executionArn === undefined && finishedAt !== undefined;

function jobOf(start: CountedStart, createdAt: string): Job {
  const { jobId, alert, relay, rule, delivery, entry } = start;
  const prompt = (start.prompt ?? ownPromptOf(start)) + folderSentence(entry?.applied);
  const redact = start.config.config?.redact;
  return {
    id: jobId,
    alertId: alert.id,
    relayId: relay.id,
    ruleId: rule.id,
    deliveryId: delivery.deliveryId,
    input: executionInputOf({ ...start, prompt, applied: start.entry?.applied }),
    prompt,
    ...(redact && { redact }),
    createdAt,
  };
}

/** Whatever the prompt is: where in a repository of many services the one lies. */
const folderSentence = ({ folder }: Partial<AppliedEntry> = {}): string =>
  folder === undefined ? '' : `\n\nThe service lies in the folder ${folder} of the repository: begin there.`;

/** The prompt of the rule for one alert. */
const ownPromptOf = ({
  jobId: seed,
  alert,
  relay,
  rule,
  config,
}: Pick<CountedStart, 'jobId' | 'alert' | 'relay' | 'rule' | 'config'>): string =>
  promptOf({
    alert: redactAlert(alert, config.config?.redact),
    relayName: relay.name,
    ruleName: rule.name,
    template: config.config?.promptTemplate,
    seed,
  });
