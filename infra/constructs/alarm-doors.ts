import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Configuration } from '../configuration/schema.ts';
import { queueDefaults } from './consumed-queue.ts';
import type { RelayFunction } from './relay-function.ts';

/**
 * Alarms that receive-alarm could not take. Nobody waits for an answer at these doors, so they are kept for an
 * operator.
 */
export const createAlarmDeadLetters = (scope: Construct): Queue => new Queue(scope, 'AlarmDeadLetters', queueDefaults);

/** Whether the configuration opens any door. */
export const opensAlarmDoors = ({ cloudWatchAlarmsRelay, snsTopics }: AlarmDoorsConfig): boolean =>
  cloudWatchAlarmsRelay !== undefined || Object.keys(snsTopics).length > 0;

type AlarmDoorsConfig = Pick<Configuration, 'cloudWatchAlarmsRelay' | 'snsTopics'>;

interface AlarmDoorsProps {
  config: AlarmDoorsConfig;
  handler: RelayFunction;
  deadLetters: IQueue;
}

/** AWS's own doors, without HTTP: IAM says who may come in. */
export class AlarmDoors extends Construct {
  constructor(scope: Construct, id: string, { config, handler, deadLetters }: AlarmDoorsProps) {
    super(scope, id);
    const { cloudWatchAlarmsRelay, snsTopics } = config;
    if (cloudWatchAlarmsRelay !== undefined) {
      new Rule(this, 'CloudWatch', {
        description: 'opencode-relay: CloudWatch alarms of this account and region',
        eventPattern: { source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'] },
        targets: [new LambdaFunction(handler.lambda, { deadLetterQueue: deadLetters })],
      });
    }
    for (const [index, topicArn] of Object.keys(snsTopics).entries()) {
      Topic.fromTopicArn(this, `Topic${index}`, topicArn).addSubscription(
        new LambdaSubscription(handler.lambda, { deadLetterQueue: deadLetters }),
      );
    }
    handler.setAddress(
      'alarmDoors',
      JSON.stringify({
        ...(cloudWatchAlarmsRelay !== undefined && { eventbridge: cloudWatchAlarmsRelay }),
        ...snsTopics,
      }),
    );
  }
}
