import { Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { stepFunctionsErrors } from '../retry-policies.ts';
import { expressions, failureOf, nextStep, noted, redSession } from './expressions.ts';
import { createStates, type RelayRunProps } from './states.ts';

const when = (expression: string): Condition => Condition.jsonata(expression);
const isThere = 'StepFunctions.ExecutionAlreadyExistsException';

/** One alert through the rules of its relay: groups at once, the rules of a group in their order. */
export function relayRunWorkflow(scope: Construct, props: RelayRunProps): IChainable {
  const states = createStates(scope, props);
  const { groups, beginGroup, waitForTurn, decideStep, stepDecided, runSession, sessionEnded } = states;
  const { waitForNextRound, groupOver, groupFailed, allGroupsEnded, runFinished, runFailed } = states;

  beginGroup.next(waitForTurn).next(decideStep).next(stepDecided);
  stepDecided
    .when(when(expressions.starts), runSession)
    .when(when(expressions.goesOn), waitForTurn, { assign: { ...nextStep, ...noted } })
    .when(when(expressions.goesOnInNextRound), waitForNextRound, { assign: noted })
    .otherwise(groupOver);
  runSession.next(sessionEnded);
  sessionEnded
    // The decision of a step that never is due must not stay `scheduled`.
    .when(when(expressions.greenWithRest), decideStep, { assign: nextStep })
    .when(when(expressions.green), groupOver)
    .when(when(expressions.redWithRest), waitForTurn, { assign: nextStep })
    .when(when(expressions.redInNextRound), waitForNextRound)
    .otherwise(groupOver);
  waitForNextRound.next(waitForTurn);

  const failed = { assign: { failure: failureOf } };
  decideStep.addCatch(groupFailed, failed);
  runSession.addCatch(decideStep, { errors: [isThere], assign: { alreadyThere: true } });
  runSession.addCatch(groupFailed, { errors: stepFunctionsErrors, ...failed });
  runSession.addCatch(sessionEnded, { errors: ['States.TaskFailed'], assign: redSession });
  runSession.addCatch(groupFailed, failed);

  groups.itemProcessor(beginGroup).next(allGroupsEnded);
  allGroupsEnded.when(when(expressions.anyFailed), runFailed).otherwise(runFinished);
  return groups;
}
