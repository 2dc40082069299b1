import { Condition, type IChainable, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { errorOutcomes, sessionCancelled, slotNotFree } from '../../functions/contract/error-names.ts';
import {
  collectedFromTrouble,
  endingFromRedrive,
  endingFromTaskError,
  endingOfExhaustedAttempts,
  endingOfTrouble,
  expressions,
  notSeen,
  waitingFrom,
} from './expressions.ts';
import { createStates, type WorkflowProps } from './states.ts';
import {
  noTrouble,
  troubleBegins,
  troubleHasLasted,
  troubleIsNew,
  troubleMet,
  troublePassed,
  waitOutTrouble,
} from './trouble.ts';

const { endedAndActive, ended, attemptsUsedUp, outcomeIs } = expressions;
const taskErrors = Object.keys(errorOutcomes);
const failed = { ending: endingOfTrouble };

/** One OpenCode session from prompt to published outcome. */
export function sessionWorkflow(scope: Construct, props: WorkflowProps): IChainable {
  const states = createStates(scope, props);
  const { begin, createSession, waitForSlot, sendPrompt, waitForPollInterval, pollSession, sessionEnded } = states;
  const { keepResult, startChecks, waitForChecks, lookAtChecks, checksDone, sendFindings } = states;
  const { abortSession, collectResult, recordOutcome, publishOutcome, outcomeNotPublished, outcome } = states;

  begin.next(createSession).next(sendPrompt).next(waitForPollInterval).next(pollSession).next(sessionEnded);
  sessionEnded
    .when(Condition.jsonata(expressions.endedAndToVerify), keepResult)
    .when(Condition.jsonata(endedAndActive), abortSession)
    .when(Condition.jsonata(ended), collectResult)
    .when(Condition.jsonata(attemptsUsedUp), abortSession, { assign: { ending: endingOfExhaustedAttempts } })
    .when(Condition.jsonata(troubleHasLasted), abortSession, { assign: failed })
    .when(Condition.jsonata(troubleIsNew), waitForPollInterval, { assign: troubleBegins })
    .otherwise(waitForPollInterval);
  keepResult.next(startChecks).next(checksDone);
  waitForChecks.next(lookAtChecks).next(checksDone);
  checksDone
    .when(Condition.jsonata(expressions.looksUsedUp), collectResult)
    .when(Condition.jsonata(expressions.checksAtWork), waitForChecks)
    .when(Condition.jsonata(expressions.checksToCorrect), sendFindings)
    .otherwise(collectResult);
  sendFindings.next(waitForPollInterval);
  waitForSlot.next(createSession);
  abortSession.next(collectResult);
  collectResult.next(publishOutcome);
  recordOutcome.next(publishOutcome);
  publishOutcome.next(outcome);
  for (const ending of states.endings) outcome.when(Condition.jsonata(outcomeIs(ending.outcome)), ending.state);
  outcome.otherwise(states.relayFailed);

  createSession.addCatch(waitForSlot, { errors: [slotNotFree], assign: { ...waitingFrom, ...troublePassed } });
  for (const step of [createSession, keepResult, collectResult, recordOutcome]) {
    step.addCatch(states.cancelled, { errors: [sessionCancelled], assign: { ending: endingFromRedrive } });
  }
  onTaskError(createSession, recordOutcome);
  onTaskError(sendPrompt, abortSession);
  onTaskError(pollSession, abortSession);
  onTaskError(keepResult, recordOutcome);
  onTaskError(sendFindings, abortSession);
  onTaskError(collectResult, recordOutcome);
  // What is kept is worth as much without them: then it says that they were not run.
  for (const step of [startChecks, lookAtChecks]) {
    step.addCatch(collectResult, { errors: taskErrors, assign: noTrouble });
  }
  // What our trouble ate was a poll, or a look, as well: it is counted, and the next one looks again.
  pollSession.addCatch(sessionEnded, { outputs: notSeen, assign: troubleMet });
  lookAtChecks.addCatch(checksDone, { outputs: notSeen, assign: troubleMet });
  waitOutTrouble(scope, [
    { step: createSession, givenUp: recordOutcome, assign: failed },
    { step: sendPrompt, givenUp: abortSession, assign: failed },
    { step: keepResult, givenUp: recordOutcome, assign: failed },
    { step: startChecks, givenUp: collectResult },
    { step: sendFindings, givenUp: abortSession, assign: failed },
    { step: abortSession, givenUp: collectResult },
    { step: collectResult, givenUp: recordOutcome, assign: failed },
    { step: recordOutcome, givenUp: publishOutcome, assign: { collected: collectedFromTrouble } },
    { step: publishOutcome, givenUp: outcomeNotPublished },
  ]);

  return begin;
}

/** An error with one of our names leads to its own outcome, at once. */
function onTaskError(task: TaskStateBase, next: IChainable): void {
  task.addCatch(next, { errors: taskErrors, assign: { ending: endingFromTaskError, ...noTrouble } });
}
