import type { Queues } from '../aws/queues.ts';
import type { Clock } from '../clock.ts';
import { orAborted } from '../or-aborted.ts';
import type { Callee, FaultListener, FunctionError } from './invocation.ts';
import { untilTaken } from './until-taken.ts';

/** What Lambda does with an asynchronous call that fails: again after 1 minute, and once more after 2. */
const RETRY_WAITS_MS = [60_000, 120_000];

interface AsynchronousOptions {
  clock: Clock;
  queues: Pick<Queues, 'send'>;
  /** Aborted when the stack stops. */
  signal: AbortSignal;
  onFault: FaultListener;
}

/**
 * Runs the function until it succeeds; after the last attempt the event goes to the function's dead-letter queue, if it
 * has one. Rejects only if the stack stops meanwhile: then the call is not done.
 */
export async function invokeAsynchronously(
  fn: Callee,
  event: unknown,
  { clock, queues, signal, onFault }: AsynchronousOptions,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const invocation = await untilTaken(
      () =>
        orAborted(
          clock.during(() => fn.invoke(event)),
          signal,
        ),
      { clock, signal },
    );
    if (invocation.ok) return;
    onFault(fn, invocation.error);
    const wait = RETRY_WAITS_MS[attempt];
    if (wait === undefined) return bury(fn, event, invocation.error, queues);
    await clock.sleep(wait, signal);
  }
}

function bury({ spec }: Callee, event: unknown, error: FunctionError, queues: Pick<Queues, 'send'>): void {
  if (spec.deadLetterQueue === undefined) return;
  queues.send(spec.deadLetterQueue, JSON.stringify(event), {
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: { DataType: 'String', StringValue: error.errorMessage.slice(0, 1_024) || error.errorType },
  });
}
