import { Condition, type IChainable, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { errorOutcomes, slotNotFree } from '../../functions/contract/error-names.ts';
import {
  collectedFromUnknownError,
  endingFromTaskError,
  endingFromUnknownError,
  endingOfExhaustedAttempts,
  expressions,
  waitingFrom,
} from './expressions.ts';
import { createStates, type WorkflowProps } from './states.ts';

const { endedAndActive, ended, attemptsUsedUp, outcomeIs } = expressions;
const taskErrors = Object.keys(errorOutcomes);
const noSession = { session: null, attempt: 0 };

/** One OpenCode session from prompt to published outcome. */
export function sessionWorkflow(scope: Construct, props: WorkflowProps): IChainable {
  const states = createStates(scope, props);
  const { createSession, waitForSlot, sendPrompt, waitForPollInterval, pollSession, sessionEnded } = states;
  const { abortSession, collectResult, recordOutcome, publishOutcome, outcomeNotPublished, outcome } = states;

  createSession.next(sendPrompt).next(waitForPollInterval).next(pollSession).next(sessionEnded);
  sessionEnded
    .when(Condition.jsonata(endedAndActive), abortSession)
    .when(Condition.jsonata(ended), collectResult)
    .when(Condition.jsonata(attemptsUsedUp), abortSession, { assign: { ending: endingOfExhaustedAttempts } })
    .otherwise(waitForPollInterval);
  waitForSlot.next(createSession);
  abortSession.next(collectResult);
  collectResult.next(publishOutcome);
  recordOutcome.next(publishOutcome);
  publishOutcome.next(outcome);
  for (const ending of states.endings) outcome.when(Condition.jsonata(outcomeIs(ending.outcome)), ending.state);
  outcome.otherwise(states.relayFailed);

  createSession.addCatch(waitForSlot, { errors: [slotNotFree], assign: waitingFrom });
  onTaskError(createSession, recordOutcome, noSession);
  onUnknownError(createSession, recordOutcome, noSession);
  onTaskError(sendPrompt, abortSession);
  onUnknownError(sendPrompt, abortSession);
  onTaskError(pollSession, abortSession);
  onUnknownError(pollSession, abortSession);
  abortSession.addCatch(collectResult);
  onTaskError(collectResult, recordOutcome);
  collectResult.addCatch(publishOutcome, { assign: { collected: collectedFromUnknownError } });
  recordOutcome.addCatch(publishOutcome, { assign: { collected: collectedFromUnknownError } });
  publishOutcome.addCatch(outcomeNotPublished);

  return createSession;
}

/** An error with one of our names leads to its own outcome. */
function onTaskError(task: TaskStateBase, next: IChainable, assign = {}): void {
  task.addCatch(next, { errors: taskErrors, assign: { ...assign, ending: endingFromTaskError } });
}

/** Anything else is our own fault. */
function onUnknownError(task: TaskStateBase, next: IChainable, assign = {}): void {
  task.addCatch(next, { assign: { ...assign, ending: endingFromUnknownError } });
}
