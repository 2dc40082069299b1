import { deliveryRefOf } from '../domain/alert/alert.ts';
import { jobIdOf } from '../domain/job/job-id.ts';
import { relayRunOf } from '../domain/relay-run/relay-run.ts';
import type { JobStore, RelayRunStarter } from '../ports.ts';
import type { DecidedEntry, EntryRouting } from './entry-routing.ts';
import { type StartJobDeps, startMadeJob } from './start-job.ts';

export interface StartRunDeps extends StartJobDeps {
  jobs: StartJobDeps['jobs'] & Pick<JobStore, 'get'>;
  relayRuns: RelayRunStarter;
}

/** Starts the relay run of an alert that has steps before it. Idempotent: the name is made of the alert. */
export async function startRun(deps: StartRunDeps, { routing, decisions }: DecidedEntry): Promise<void> {
  const { alert, entry, relayRules } = routing;
  if (entry.occurrence.status !== 'firing') return;
  const run = relayRunOf({
    ...relayRules,
    alert,
    delivery: deliveryRefOf(entry.delivery),
    reasons: new Map([...decisions].map(([ruleId, { reason }]) => [ruleId, reason])),
  });
  if (run) await deps.relayRuns.start(run.runId, run);
  const steps = run?.groups.flatMap((group) => group.steps.map(({ ruleId }) => ruleId)) ?? [];
  await startLeft(deps, routing, new Set(steps));
}

/**
 * Jobs that an interrupted attempt has made for a run, and that this one has no step for: their rules were changed
 * meanwhile.
 */
async function startLeft(
  deps: StartRunDeps,
  { alert, recordedReasons }: EntryRouting,
  inRun: Set<string>,
): Promise<void> {
  for (const [ruleId, reason] of recordedReasons) {
    if (reason !== 'started' || inRun.has(ruleId)) continue;
    const job = await deps.jobs.get(jobIdOf(alert.id, ruleId));
    if (job) await startMadeJob(deps, job);
  }
}
