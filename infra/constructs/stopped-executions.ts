import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { eventSource } from '../../functions/contract/events.ts';
import { stoppedStatuses } from '../../functions/contract/status-change.ts';
import { executionFoundEnded } from '../../functions/contract/sweep.ts';
import { queueDefaults } from './consumed-queue.ts';
import type { RelayFunction } from './relay-function.ts';

/**
 * Events that session-stopped and run-stopped could not handle: each may be a session still running on somebody's
 * server, or a step of a relay run that waits for ever.
 */
export const createStoppedDeadLetters = (scope: Construct): Queue =>
  new Queue(scope, 'StoppedDeadLetters', queueDefaults(scope));

interface StoppedExecutionsProps {
  machine: { arn: string };
  handler: RelayFunction;
  deadLetters: IQueue;
}

/** Stopping an execution, its time-out and its failure also end what it had begun. */
export class StoppedExecutions extends Construct {
  constructor(scope: Construct, id: string, { machine, handler, deadLetters }: StoppedExecutionsProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'opencode-relay: executions that did not succeed',
      eventPattern: {
        // The second of each where the first was lost: it is delivered at best effort.
        source: ['aws.states', eventSource],
        detailType: ['Step Functions Execution Status Change', executionFoundEnded],
        detail: { stateMachineArn: [machine.arn], status: [...stoppedStatuses] },
      },
      // By default EventBridge tries for a day; the queue takes what could not be delivered by then.
      targets: [new LambdaFunction(handler.lambda, { deadLetterQueue: deadLetters })],
    });
  }
}
