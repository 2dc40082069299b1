import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { eventSource } from '../../functions/contract/events.ts';
import { sessionLeftBehind, sweepMinutes } from '../../functions/contract/sweep.ts';
import type { RelayFunction } from './relay-function.ts';

interface SweepProps {
  sweep: RelayFunction;
  clearSession: RelayFunction;
  machine: { arn: string };
  deadLetters: IQueue;
}

/**
 * Every few minutes looks for what has ended without a word. What it finds it says on the default bus, whose rules
 * bring it to the functions that end it.
 */
export class Sweep extends Construct {
  constructor(scope: Construct, id: string, { sweep, clearSession, machine, deadLetters }: SweepProps) {
    super(scope, id);
    new Rule(this, 'Schedule', {
      description: 'opencode-relay: looks for what has ended without a word',
      schedule: Schedule.rate(Duration.minutes(sweepMinutes)),
      targets: [new LambdaFunction(sweep.lambda)],
    });
    new Rule(this, 'Leftovers', {
      description: 'opencode-relay: what jobs have left on their servers',
      eventPattern: {
        source: [eventSource],
        detailType: [sessionLeftBehind],
        detail: { stateMachineArn: [machine.arn] },
      },
      targets: [new LambdaFunction(clearSession.lambda, { deadLetterQueue: deadLetters })],
    });
    sweep.allow(
      ['events:PutEvents'],
      Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' }),
    );
  }
}
