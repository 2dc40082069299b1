import type { StatusChange } from '../../contract/status-change.ts';
import { cancelNeverStarted } from '../../decisions/cancel-job.ts';
import type { Job } from '../../domain/job/job.ts';
import { relayRunIdOf } from '../../domain/job/job-id.ts';
import type { Storm } from '../../domain/storm/storm.ts';
import type { SweptKind } from '../../domain/task/sweep.ts';
import type {
  Clock,
  EndedExecutions,
  ExecutionKind,
  ExecutionReader,
  ExecutionState,
  JobStore,
  Log,
} from '../../ports.ts';

export interface EndedDeps {
  jobs: Pick<JobStore, 'finish'>;
  /** The executions of each machine. */
  executions: Record<ExecutionKind, ExecutionReader>;
  ended: EndedExecutions;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/**
 * What was made and not started is left to a delivery that is tried again, for 45 minutes at most, and to a relay run
 * or a storm that starts it.
 */
const UNSTARTED_MS = 2 * 3_600_000;

/** A job whose execution is over, or never was. `before`: what is younger is left alone. */
export async function sweepSession(deps: EndedDeps, job: Job, before: string): Promise<SweptKind | undefined> {
  if (job.createdAt > before) return undefined;
  const state = await deps.executions.sessions.read(job.id);
  if (state || job.executionArn !== undefined) return endIfOver(deps, 'sessions', job.id, state, before);
  if (!isForgotten(deps, job)) return undefined;
  await cancelNeverStarted(deps, job, 'Nothing has started the session of this job.', 'relay_failed');
  return 'unstarted';
}

export async function sweepStorm(deps: EndedDeps, storm: Storm, before: string): Promise<SweptKind | undefined> {
  if (storm.createdAt > before) return undefined;
  const state = await deps.executions.storms.read(storm.id);
  if (!state && storm.executionArn === undefined && !isForgotten(deps, storm)) return undefined;
  return endIfOver(deps, 'storms', storm.id, state, before);
}

/** A decision that waits for its turn, in a relay run that is over. One that was never begun its delivery begins. */
export async function sweepRun(
  deps: EndedDeps,
  { alertId, at }: { alertId: string; at: string },
  before: string,
): Promise<SweptKind | undefined> {
  if (at > before) return undefined;
  const name = relayRunIdOf(alertId);
  const state = await deps.executions.runs.read(name);
  return state && endIfOver(deps, 'runs', name, state, before);
}

const isForgotten = ({ clock }: EndedDeps, { createdAt }: { createdAt: string }): boolean =>
  clock.now().getTime() >= Date.parse(createdAt) + UNSTARTED_MS;

/** Has the handler of its end called, as the lost event would have. */
async function endIfOver(
  deps: EndedDeps,
  kind: ExecutionKind,
  name: string,
  state: ExecutionState | undefined,
  before: string,
): Promise<ExecutionKind | undefined> {
  if (state?.status === 'RUNNING' || (state?.endedAt !== undefined && state.endedAt > before)) return undefined;
  await deps.ended.announce(kind, { name, ...endOf(state) });
  deps.log.warn('Execution found ended', { kind, name, status: state?.status ?? 'gone' });
  return kind;
}

/** One that succeeded has recorded what it came to, unless somebody took the rows back to what they were before. */
function endOf(state: ExecutionState | undefined): Pick<StatusChange['detail'], 'status' | 'error' | 'cause'> {
  switch (state?.status) {
    case 'ABORTED':
    case 'TIMED_OUT':
    case 'FAILED':
      return { status: state.status, error: state.error ?? null, cause: state.cause ?? null };
    default: {
      const what = state ? 'ended, and left no outcome' : 'is gone';
      return { status: 'FAILED', error: null, cause: `The execution ${what}. Nobody knows what it came to.` };
    }
  }
}
