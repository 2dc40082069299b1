import { stackStopped } from '../../contract/error-names.ts';
import type { Ending } from '../../contract/execution.ts';
import { type Outcome, outcomes } from '../../contract/outcomes.ts';
import type { StatusChange } from '../../contract/status-change.ts';

/** True for an execution that came to an ending of its own: the workflow publishes the outcome before it ends in it. */
export const publishedByWorkflow = ({ status, error }: StatusChange['detail']): boolean =>
  status === 'FAILED' && outcomes.some((known) => known === error);

/** How a stopped execution ended. One that failed on its own names its outcome as the error, unless we are at fault. */
export function endingOf({ status, error, cause }: StatusChange['detail']): Ending {
  switch (status) {
    case 'ABORTED':
      if (error === stackStopped) return { outcome: 'session_lost', cause: stackStoppedCause(cause) };
      return { outcome: 'cancelled', cause: `The execution was stopped${cause ? `: ${cause}` : ' by an operator.'}` };
    case 'TIMED_OUT':
      return {
        outcome: 'cancelled',
        cause:
          'The execution reached its time limit. Lower pollInterval or maxPollAttempts of the rule, or ask for less.',
      };
    case 'FAILED': {
      const outcome: Outcome = outcomes.find((known) => known === error) ?? 'relay_failed';
      return { outcome, cause: cause ?? 'The execution failed without a cause. Look at its history.' };
    }
  }
}

const stackStoppedCause = (cause: string | null | undefined): string =>
  `The stack stopped while the session was under way${cause ? `: ${cause}` : '.'} A repeat of the alert tries again.`;
