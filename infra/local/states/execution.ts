import { StatesError } from './errors.ts';
import { inputDetails, outputDetails } from './history.ts';
import { interpret } from './interpreter.ts';
import type { Run } from './visit.ts';

type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** How an execution ended; `output` is JSON text. */
export interface Ending {
  status: Exclude<ExecutionStatus, 'RUNNING'>;
  output?: string;
  error?: string;
  cause?: string;
}

/** Reason to abort a run with: its execution was stopped. */
export class Stopped extends Error {
  readonly ending: Ending;

  constructor(error?: string, cause?: string) {
    super('the execution was stopped');
    this.ending = { status: 'ABORTED', ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  }
}

/** Reason to abort a run with: this process ends, the execution does not. */
export class Interrupted extends Error {}

class TimedOut extends Error {}

/** Runs an execution to its end; the caller records the end. Undefined if the run was interrupted. */
export async function runExecution(run: Run): Promise<Ending | undefined> {
  const over = new AbortController();
  const timeout = startTimeout(run, over.signal);
  const signal = AbortSignal.any([run.signal, timeout]);
  try {
    recordStart(run);
    const output = await interpret({ ...run, signal });
    return { status: 'SUCCEEDED', output: JSON.stringify(output) };
  } catch (error) {
    return endingOf(signal.aborted ? signal.reason : error);
  } finally {
    over.abort(new Error('the execution is over'));
  }
}

function recordStart({ history, execution, resume }: Run): void {
  if (resume && !resume.isRedrive) return;
  if (resume) {
    history.add('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: execution.redriveCount } });
    return;
  }
  history.add('ExecutionStarted', {
    executionStartedEventDetails: { ...inputDetails(JSON.stringify(execution.input)), roleArn: execution.roleArn },
  });
}

/** A signal that is aborted once the machine's TimeoutSeconds are over. */
function startTimeout({ definition, clock, execution, resume }: Run, over: AbortSignal): AbortSignal {
  const timeout = new AbortController();
  if (definition.TimeoutSeconds !== undefined) {
    // A redrive has its time anew; a restart of this process takes none of it away, and gives none.
    const usedMs = resume && !resume.isRedrive ? clock.now() - execution.startedAt : 0;
    clock.sleep(Math.max(0, definition.TimeoutSeconds * 1_000 - usedMs), over).then(
      () => timeout.abort(new TimedOut()),
      () => undefined,
    );
  }
  return timeout.signal;
}

function endingOf(reason: unknown): Ending | undefined {
  if (reason instanceof Interrupted) return undefined;
  if (reason instanceof Stopped) return reason.ending;
  if (reason instanceof TimedOut) return { status: 'TIMED_OUT', error: 'States.Timeout' };
  const failure = reason instanceof StatesError ? reason : new StatesError('States.Runtime', String(reason));
  return {
    status: 'FAILED',
    error: failure.error,
    ...(failure.cause !== undefined && { cause: failure.cause }),
  };
}

/** The last event of the execution's history. */
export function recordEnd(history: Run['history'], { status, output, error, cause }: Ending): void {
  const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  if (status === 'SUCCEEDED') {
    history.end('ExecutionSucceeded', { executionSucceededEventDetails: outputDetails(output ?? 'null') }, true);
  } else if (status === 'FAILED') history.end('ExecutionFailed', { executionFailedEventDetails: details }, true);
  else if (status === 'ABORTED') history.end('ExecutionAborted', { executionAbortedEventDetails: details }, false);
  else history.end('ExecutionTimedOut', { executionTimedOutEventDetails: details }, false);
}
