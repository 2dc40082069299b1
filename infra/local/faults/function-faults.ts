import { type FunctionError, type Invocation, tooManyCalls } from '../lambda/invocation.ts';
import type { FaultInjector, Refused } from './injector.ts';

/** Of a function that ended in the middle of a call. */
export const died: FunctionError = {
  errorType: 'Runtime.ExitError',
  errorMessage: 'RequestId: injected Error: Runtime exited with error: signal: killed',
};

const refusals: Record<Exclude<Refused, 'death'>, Invocation> = {
  throttling: refusedBy(tooManyCalls, 'Rate exceeded, injected by the local stack'),
  error: refusedBy('ServiceException', 'Lambda failed, injected by the local stack'),
  lost: refusedBy('SdkClientException', 'The answer was lost, injected by the local stack'),
  timeout: {
    ok: false,
    error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out, injected by the local stack' },
  },
};

function refusedBy(errorType: string, errorMessage: string): Invocation {
  return { ok: false, error: { errorType, errorMessage }, refused: true };
}

/** A call of a function, with the trouble that it meets. Never rejects while the stack runs. */
export async function invokeWithFaults(
  faults: FaultInjector,
  functionName: string,
  invoke: (dies: boolean) => Promise<Invocation>,
): Promise<Invocation> {
  const met = await faults.around<Invocation | undefined>(
    { service: 'lambda', operation: 'Invoke', functionName },
    () => invoke(false),
    (kind) => (kind === 'death' ? undefined : refusals[kind]),
  );
  return met ?? invoke(true);
}
