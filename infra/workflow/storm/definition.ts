import { Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { stepFunctionsErrors } from '../retry-policies.ts';
import { expressions, failedHere } from './expressions.ts';
import { createStates, type StormProps } from './states.ts';

const when = (expression: string): Condition => Condition.jsonata(expression);
const { triagedTo } = expressions;

/** The session ended otherwise than green, or was there already: what it found is read from where it is stored. */
const sessionEnded = ['States.TaskFailed', 'StepFunctions.ExecutionAlreadyExistsException'];

/** What a rule holds back, from the first alert on: released one by one, or given to one session. */
export function stormWorkflow(scope: Construct, props: StormProps): IChainable {
  const states = createStates(scope, props);
  const { beginStorm, checkStorm, stormOver, waitForStorm, triageStorm, stormTriaged } = states;
  const { findRootCause, recordRootCause, released, dispatched, underInvestigation } = states;
  const { notDispatched, stormFailed } = states;

  beginStorm.next(checkStorm).next(stormOver);
  stormOver.when(when(expressions.over), released).when(when(expressions.due), triageStorm).otherwise(waitForStorm);
  waitForStorm.next(checkStorm);
  triageStorm.next(stormTriaged);
  stormTriaged
    .when(when(triagedTo('dispatched')), findRootCause)
    .when(when(triagedTo('under_investigation')), underInvestigation)
    .when(when(triagedTo('released')), released)
    .otherwise(notDispatched);
  findRootCause.next(recordRootCause);
  recordRootCause.next(dispatched);

  const failed = { assign: failedHere };
  checkStorm.addCatch(stormFailed, failed);
  triageStorm.addCatch(stormFailed, failed);
  // First: States.TaskFailed stands for any error of a task.
  findRootCause.addCatch(stormFailed, { errors: stepFunctionsErrors, ...failed });
  findRootCause.addCatch(recordRootCause, { errors: sessionEnded });
  findRootCause.addCatch(stormFailed, failed);
  recordRootCause.addCatch(stormFailed, failed);
  return beginStorm;
}
