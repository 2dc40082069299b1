import { type RelayRunInput, relayRunInputSchema } from '../../contract/relay-run.ts';
import { isStoppedByPerson, type StatusChange } from '../../contract/status-change.ts';
import { parseTolerantly } from '../../contract/tolerant.ts';
import { type EndUnstartedDeps, endUnstarted } from '../../decisions/end-unstarted.ts';
import type { AlertStore, ExecutionReader } from '../../ports.ts';

interface RunStoppedDeps extends EndUnstartedDeps {
  alerts: Pick<AlertStore, 'get'>;
  runs: ExecutionReader;
}

/**
 * Ends the steps that a run had still before it when it was stopped, ran out of time or failed. Its running sessions
 * were stopped with it by Step Functions, and `session-stopped` ends them. Idempotent.
 */
export async function runStopped(deps: RunStoppedDeps, { detail }: StatusChange): Promise<{ status: string }> {
  const run = await runOf(deps, detail);
  if (!run) return { status: 'unknown_run' };
  const alert = await deps.alerts.get(run.alert.id);
  if (!alert) return { status: 'unknown_alert' };
  const decided = {
    reason: 'not_needed' as const,
    sentence: sentences[detail.status],
    outcome: isStoppedByPerson(detail) ? ('cancelled' as const) : ('relay_failed' as const),
  };
  const rounds = Array.from({ length: run.rounds }, (_, index) => index + 1);
  for (const { steps } of run.groups) {
    for (const { ruleId } of steps) await endUnstarted(deps, alert, { ruleId, rounds }, decided);
  }
  return { status: 'decided' };
}

/** What the run was started with: of the event, or of the execution itself. */
async function runOf({ runs }: RunStoppedDeps, detail: StatusChange['detail']): Promise<RelayRunInput | undefined> {
  const text = detail.input ?? (await runs.read(detail.name))?.input;
  if (text === undefined) return undefined;
  const run = parseTolerantly(relayRunInputSchema, JSON.parse(text));
  // Without the parser's own words, which would quote the alert.
  if (!run.success) throw new Error(`Execution ${detail.name} has no input of a relay run`);
  return run.data;
}

const sentences = {
  ABORTED: 'The relay run was stopped before this turn.',
  TIMED_OUT: 'The relay run reached its time limit before this turn.',
  FAILED: 'The relay run failed before this turn: its execution says in which step.',
};
