import { type EndUnstartedDeps, endUnstarted } from '../../decisions/end-unstarted.ts';
import type { AlertStore } from '../../ports.ts';
import type { RunStopped } from './event.ts';

interface RunStoppedDeps extends EndUnstartedDeps {
  alerts: Pick<AlertStore, 'get'>;
}

/**
 * Ends the steps that a run had still before it when it was stopped, ran out of time or failed. Its running sessions
 * were stopped with it by Step Functions, and `session-stopped` ends them. Idempotent.
 */
export async function runStopped(deps: RunStoppedDeps, { detail }: RunStopped): Promise<{ status: string }> {
  const { input: run, status } = detail;
  const alert = await deps.alerts.get(run.alert.id);
  if (!alert) return { status: 'unknown_alert' };
  const decided = { reason: 'not_needed' as const, sentence: sentences[status] };
  const rounds = Array.from({ length: run.rounds }, (_, index) => index + 1);
  for (const { steps } of run.groups) {
    for (const { ruleId } of steps) await endUnstarted(deps, alert, { ruleId, rounds }, decided);
  }
  return { status: 'decided' };
}

const sentences = {
  ABORTED: 'The relay run was stopped before this turn.',
  TIMED_OUT: 'The relay run reached its time limit before this turn.',
  FAILED: 'The relay run failed before this turn: its execution says in which step.',
};
