import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queueDefaults } from './delivery-queue.ts';
import type { RelayFunction } from './relay-function.ts';
import type { SessionMachine } from './session-machine.ts';

/** Events that execution-stopped could not handle: each may be a session still running on somebody's server. */
export const createStoppedDeadLetters = (scope: Construct): Queue =>
  new Queue(scope, 'StoppedDeadLetters', queueDefaults);

export interface StoppedExecutionsProps {
  machine: SessionMachine;
  handler: RelayFunction;
  deadLetters: IQueue;
}

/** Stopping an execution, its time-out and its failure also end the session on the OpenCode server. */
export class StoppedExecutions extends Construct {
  constructor(scope: Construct, id: string, { machine, handler, deadLetters }: StoppedExecutionsProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'opencode-relay: executions that did not succeed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [machine.arn], status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
      },
      // By default EventBridge tries for a day; the queue takes what could not be delivered by then.
      targets: [new LambdaFunction(handler.lambda, { deadLetterQueue: deadLetters })],
    });
  }
}
