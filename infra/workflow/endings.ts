import { Fail, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { endings, isGreen, type Outcome } from '../../functions/contract/outcomes.ts';
import { expressions } from './expressions.ts';

/** Shown in the console, in the diagram of the state machine. */
const endingComments: Record<keyof typeof endings, string> = {
  diff_ready: 'The agent finished and changed files: the patch is in the results bucket.',
  no_changes: 'The agent finished with an answer only.',
  blocked: 'The agent waits for a permission or an answer that nobody will give.',
  attempts_exhausted: 'Still running after maxPollAttempts; the partial result is kept.',
  budget_exceeded:
    'The session passed a limit of its rule on cost, tokens, messages or time; the partial result is kept.',
  session_stalled: 'Nothing moved in the session for stallMinutes of its rule; the partial result is kept.',
  session_failed: 'The model or its provider refused or failed; the cause gives the reason.',
  result_too_large: 'The agent changed more than is read of a session; its work is on the server, where it is kept.',
  session_lost: 'The session is gone or never answered.',
  credentials_rejected: 'The server answered 401: compare metadata.username and apiKey of the integration with it.',
  endpoint_refused: 'The password is not for the address of the server: see metadata.origins of the integration.',
  server_unreachable: 'Connection, TLS or time-out, after all retries.',
  server_unsupported: 'The endpoint is not an OpenCode server that is supported.',
  workspace_failed: 'The directory or its worktree cannot be used, or its git folder is not as it was accepted.',
  queue_expired: 'Waited for a free slot, or for the end of a pause, as long as a session may; nothing was started.',
  relay_failed: 'opencode-relay itself failed; a failed step of this execution shows where.',
};

/** The true colour of an outcome: Succeed is green, Fail is red with the outcome as its error. */
export function endingOf(scope: Construct, outcome: keyof typeof endings): State {
  if (isGreen(outcome)) {
    return Succeed.jsonata(scope, endings[outcome], {
      comment: endingComments[outcome],
      outputs: expressions.collected,
    });
  }
  return Fail.jsonata(scope, endings[outcome], {
    comment: endingComments[outcome],
    error: outcome,
    cause: expressions.cause,
  });
}

/** Of a redrive alone: a job that was cancelled is neither begun anew nor published again. */
export const cancelled = (scope: Construct): State =>
  Fail.jsonata(scope, 'Cancelled', {
    comment: 'This execution was stopped before, and its session ended then. Run the rule for the alert again instead.',
    error: 'cancelled' satisfies Outcome,
    cause: expressions.causeOfEnding,
  });

/** The one ending that is no outcome. */
export const outcomeNotPublished = (scope: Construct): State =>
  Fail.jsonata(scope, 'Outcome not published', {
    comment: 'Everything is stored; only the event could not be sent.',
    error: 'OutcomeNotPublished',
    cause:
      'The outcome and the result are stored, but the event bus did not take the event. ' +
      'Read both from the output of "Collect result" or "Record outcome" and tell whoever waits for the event.',
  });
