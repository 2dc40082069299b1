import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Fail,
  IntegrationPattern,
  type IStateMachine,
  Pass,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { sessionNotEnded } from '../../../functions/contract/error-names.ts';
import { taskMarginSeconds } from '../../../functions/contract/limits.ts';
import { retryPolicies } from '../retry-policies.ts';
import type { TaskFunction } from '../task.ts';
import { expressions } from './expressions.ts';

export interface StormProps {
  checkStorm: TaskFunction;
  triageStorm: TaskFunction;
  recordRootCause: TaskFunction;
  sessions: IStateMachine;
}

const { step, stepFunctionsService } = retryPolicies;

/** session-stopped records the outcome of a stopped session within two minutes: 18 tries, 10 s apart, are three. */
const notSettled = {
  errors: [sessionNotEnded],
  interval: Duration.seconds(10),
  backoffRate: 1,
  maxAttempts: 18,
} satisfies RetryProps;

/** Every state of a storm, not joined yet: `definition.ts` does that. Their comments are for the operator. */
export function createStates(scope: Construct, props: StormProps) {
  return {
    beginStorm: Pass.jsonata(scope, 'Begin storm', {
      comment: 'A rule holds its first alert. The variable "visits" counts the looks at what it holds.',
      assign: { visits: 0, check: { idleSince: null } },
    }),

    checkStorm: task(scope, 'Check storm', {
      comment:
        'Below the threshold: lets one held alert go per visit. A storm: waits until it calms down. "activity" says which.',
      calls: props.checkStorm,
      payload: { at: expressions.stateEnteredAt, idleSince: expressions.idleSince },
      assign: { check: expressions.payload, visits: expressions.nextVisit },
      outputs: expressions.payload,
      retries: [step],
    }),

    stormOver: Choice.jsonata(scope, 'Storm over?', {
      comment: 'Nothing is held any more, or the storm is due for triage, or wait and look again.',
    }),

    waitForStorm: Wait.jsonata(scope, 'Wait for storm', {
      comment: 'Until the next look: every 15 s, or when a start is free, or when the storm has been calm for 15 s.',
      time: WaitTime.timestamp(expressions.waitUntil),
    }),

    triageStorm: task(scope, 'Triage storm', {
      comment: 'Gathers what is held for one session, unless its cause is under investigation or nothing may start.',
      calls: props.triageStorm,
      payload: { at: expressions.stateEnteredAt, isLate: expressions.isLate },
      assign: { triage: expressions.payload },
      outputs: expressions.triageSummary,
      retries: [step],
    }),

    stormTriaged: Choice.jsonata(scope, 'Storm triaged?', { comment: 'One session for all of it, or none.' }),

    findRootCause: findRootCause(scope, props.sessions),

    recordRootCause: task(scope, 'Record root cause', {
      comment: 'The alert that the agent named, or else the one of the highest severity, then the earliest.',
      calls: props.recordRootCause,
      payload: { jobId: expressions.jobId },
      assign: { rootCause: expressions.payload },
      outputs: expressions.payload,
      retries: [notSettled, step],
    }),

    released: Succeed.jsonata(scope, 'Released', {
      comment: 'No storm: each alert went its own way, one after the other.',
      outputs: expressions.released,
    }),
    dispatched: Succeed.jsonata(scope, 'Storm dispatched', {
      comment: 'One session was given all alerts; how it ended stands with its own execution.',
      outputs: expressions.dispatched,
    }),
    underInvestigation: Succeed.jsonata(scope, 'Already under investigation', {
      comment: 'All alerts have the title of one that a session is at work on.',
      outputs: expressions.underInvestigation,
    }),
    notDispatched: Fail.jsonata(scope, 'Not dispatched', {
      comment: 'A storm whose session was not to start: a budget is used up, starts are paused, or the rule is off.',
      error: expressions.reason,
      cause: expressions.sentence,
    }),
    stormFailed: Fail.jsonata(scope, 'Storm failed', {
      comment: 'opencode-relay itself failed; the cause says where, and what becomes of the alerts.',
      error: 'StormFailed',
      cause: expressions.failure,
    }),
  };
}

interface TaskProps {
  comment: string;
  calls: TaskFunction;
  payload: Record<string, string>;
  assign: Record<string, string>;
  outputs: string | Record<string, string>;
  retries: readonly RetryProps[];
}

function task(scope: Construct, name: string, { calls, payload, retries, ...shown }: TaskProps): LambdaInvoke {
  const state = LambdaInvoke.jsonata(scope, name, {
    ...shown,
    lambdaFunction: calls.lambda,
    payload: TaskInput.fromObject({
      storm: expressions.input,
      executionArn: expressions.executionArn,
      ...payload,
    }),
    taskTimeout: Timeout.duration(Duration.seconds(calls.timeoutSeconds + taskMarginSeconds)),
    retryOnServiceExceptions: false,
  });
  for (const policy of retries) state.addRetry(policy);
  return state;
}

function findRootCause(scope: Construct, stateMachine: IStateMachine): StepFunctionsStartExecution {
  const state = StepFunctionsStartExecution.jsonata(scope, 'Find root cause', {
    comment:
      'The one session, an execution of its own, named by its job: follow its link. Stopping this one stops it too.',
    stateMachine,
    integrationPattern: IntegrationPattern.RUN_JOB,
    name: expressions.jobId,
    input: TaskInput.fromText(expressions.linkedInput),
    outputs: expressions.sessionOutcome,
  });
  state.addRetry(stepFunctionsService);
  return state;
}
