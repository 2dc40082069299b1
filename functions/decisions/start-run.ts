import type { RelayRunInput } from '../contract/relay-run.ts';
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

/** The relay run of an alert that has steps before it. */
export function runOf({ routing, decisions }: DecidedEntry): RelayRunInput | undefined {
  const { alert, entry, relayRules } = routing;
  if (entry.occurrence.status !== 'firing') return undefined;
  return relayRunOf({
    ...relayRules,
    alert,
    delivery: deliveryRefOf(entry.delivery),
    reasons: new Map([...decisions].map(([ruleId, { reason }]) => [ruleId, reason])),
  });
}

/** Starts it, if there is one. Idempotent: the name is made of the alert. */
export async function startRun(deps: StartRunDeps, decided: DecidedEntry): Promise<void> {
  const { routing } = decided;
  if (routing.entry.occurrence.status !== 'firing') return;
  const run = runOf(decided);
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
