import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Fail,
  IntegrationPattern,
  type IStateMachine,
  Map as MapState,
  Pass,
  ProvideItems,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { taskMarginSeconds } from '../../../functions/contract/limits.ts';
import { retryPolicies } from '../retry-policies.ts';
import type { TaskFunction } from '../task.ts';
import { expressions, greenSession, groupBegins, nextRound, noted } from './expressions.ts';

export interface RelayRunProps {
  decideStep: TaskFunction;
  sessions: IStateMachine;
}

/** Every state of a relay run, not joined yet: `definition.ts` does that. Their comments are for the operator. */
export function createStates(scope: Construct, props: RelayRunProps) {
  return {
    groups: MapState.jsonata(scope, 'Groups', {
      comment: 'All groups of the relay at once; within a group one rule after the other.',
      items: ProvideItems.jsonata(expressions.groups),
      outputs: expressions.runOver,
    }),

    beginGroup: Pass.jsonata(scope, 'Begin group', {
      comment: 'The variables "roundNumber" and "index" say where the group is.',
      assign: groupBegins,
    }),

    waitForTurn: Wait.jsonata(scope, 'Wait for turn', {
      comment: 'delayMinutes after the alert, or after the beginning of a later round; not at all if that is over.',
      time: WaitTime.timestamp(expressions.turnAt),
    }),

    decideStep: decideStep(scope, props.decideStep),

    stepDecided: Choice.jsonata(scope, 'Step decided?', {
      comment: 'Start its session, go on with the next rule, or end the group.',
      // With the default: the group is over.
      assign: noted,
    }),

    runSession: runSession(scope, props.sessions),

    sessionEnded: Choice.jsonata(scope, 'Session ended?', {
      comment: 'diff_ready and no_changes end the group; anything else gives the next rule its turn.',
    }),

    waitForNextRound: Wait.jsonata(scope, 'Wait for next round', {
      comment: 'The repeat policy of the relay: all rules of the group once more.',
      time: WaitTime.seconds(expressions.repeatAfterSeconds),
      assign: nextRound,
    }),

    groupOver: Pass.jsonata(scope, 'Group over', { outputs: expressions.groupOver }),

    groupFailed: Pass.jsonata(scope, 'Group failed', {
      comment: 'A step could not be decided or started. The other groups go on; then the run ends red.',
      outputs: expressions.groupFailed,
    }),

    allGroupsEnded: Choice.jsonata(scope, 'All groups ended?'),
    runFinished: Succeed.jsonata(scope, 'Run finished', {
      comment: 'The output says which rule did what; the sessions are the executions that "Run session" started.',
    }),
    runFailed: Fail.jsonata(scope, 'Relay run failed', {
      comment: 'opencode-relay itself failed in a group; the cause says where.',
      error: 'RelayRunFailed',
      cause: expressions.failures,
    }),
  };
}

function decideStep(scope: Construct, { lambda, timeoutSeconds }: TaskFunction): LambdaInvoke {
  const state = LambdaInvoke.jsonata(scope, 'Decide step', {
    comment: 'Looks at alert, rule, budgets and storms as they are now. "sentence" says why.',
    lambdaFunction: lambda,
    payload: TaskInput.fromObject({
      runId: expressions.inputField('runId'),
      alertId: expressions.inputField('alert.id'),
      repeatPolicy: expressions.inputField('relay.repeatPolicy'),
      group: expressions.group,
      step: expressions.step,
      rest: expressions.rest,
      round: expressions.round,
      previous: expressions.previous,
      alreadyThere: expressions.alreadyThere,
      traceparent: expressions.traceparent,
    }),
    outputs: expressions.payload,
    assign: { decision: expressions.payload },
    taskTimeout: Timeout.duration(Duration.seconds(timeoutSeconds + taskMarginSeconds)),
    retryOnServiceExceptions: false,
  });
  state.addRetry(retryPolicies.step);
  return state;
}

function runSession(scope: Construct, stateMachine: IStateMachine): StepFunctionsStartExecution {
  const state = StepFunctionsStartExecution.jsonata(scope, 'Run session', {
    comment: 'An execution of its own, named by the job: follow its link. Stopping this run stops it too.',
    stateMachine,
    integrationPattern: IntegrationPattern.RUN_JOB,
    name: expressions.jobId,
    input: TaskInput.fromText(expressions.linkedInput),
    assign: greenSession,
    outputs: greenSession.previous,
  });
  state.addRetry(retryPolicies.stepFunctionsService);
  return state;
}
