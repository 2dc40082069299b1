import type { EndedSession } from '../../contract/relay-run.ts';
import type { PreviousStep } from '../../domain/webhook/webhook-call.ts';
import type { JobStore } from '../../ports.ts';

/** How the last session ended, with what the job knows more of it than the run. */
export async function previousStepOf(jobs: Pick<JobStore, 'get'>, ended: EndedSession): Promise<PreviousStep> {
  const job = await jobs.get(ended.jobId);
  const { outcome, cause } = job?.collected ?? ended;
  return {
    ruleName: ended.ruleName,
    outcome,
    cause,
    costUsd: job?.collected?.costUsd ?? null,
    sessionUrl: job?.collected?.session?.url ?? job?.session?.url ?? null,
  };
}
