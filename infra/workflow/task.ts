import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type RetryProps, TaskInput, type TaskStateBase, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { taskMarginSeconds } from '../../functions/contract/limits.ts';
import { expressions } from './expressions.ts';
import { noTrouble } from './trouble.ts';

export interface TaskFunction {
  lambda: IFunction;
  timeoutSeconds: number;
}

interface TaskProps {
  comment: string;
  calls: TaskFunction;
  payload?: Record<string, string>;
  assign?: Record<string, unknown>;
  retries?: readonly RetryProps[];
}

/** A state that calls a function, with the execution and what else it is given. */
export function task(
  scope: Construct,
  name: string,
  { comment, calls, payload, assign, retries = [] }: TaskProps,
): TaskStateBase {
  const state = LambdaInvoke.jsonata(scope, name, {
    comment,
    lambdaFunction: calls.lambda,
    payload: TaskInput.fromObject({
      execution: expressions.input,
      executionArn: expressions.executionArn,
      ...payload,
    }),
    outputs: expressions.payload,
    assign: { ...assign, ...noTrouble },
    taskTimeout: Timeout.duration(Duration.seconds(calls.timeoutSeconds + taskMarginSeconds)),
    retryOnServiceExceptions: false,
  });
  for (const policy of retries) state.addRetry(policy);
  return state;
}
