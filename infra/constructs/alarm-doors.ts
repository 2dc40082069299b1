import { createHash } from 'node:crypto';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Configuration } from '../configuration/schema.ts';
import { queueDefaults } from './consumed-queue.ts';
import { beside } from './files.ts';
import type { RelayFunction } from './relay-function.ts';

/**
 * Alarms that receive-alarm could not take. Nobody waits for an answer at these doors, so they are kept for an
 * operator.
 */
export const createAlarmDeadLetters = (scope: Construct): Queue =>
  new Queue(scope, 'AlarmDeadLetters', queueDefaults(scope));

/** Whether the configuration opens any door. */
export const opensAlarmDoors = ({ cloudWatchAlarmsRelay, snsTopics }: AlarmDoorsConfig): boolean =>
  cloudWatchAlarmsRelay !== undefined || Object.keys(snsTopics).length > 0;

const DOORS_FILE = 'alarm-doors.json';

/** Relay by door, for receive-alarm: in a file, since 33 topics fill all the 4 KB of variables that a function has. */
export const alarmDoorFiles = ({ cloudWatchAlarmsRelay, snsTopics }: AlarmDoorsConfig): Record<string, string> => ({
  [DOORS_FILE]: JSON.stringify({
    ...(cloudWatchAlarmsRelay !== undefined && { eventbridge: cloudWatchAlarmsRelay }),
    ...snsTopics,
  }),
});

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
    for (const topicArn of Object.keys(snsTopics)) {
      // By the topic, and not by its place in the list: what is renumbered is subscribed anew and then unsubscribed.
      new Subscription(this, `Topic${shortDigest(topicArn)}`, {
        topic: Topic.fromTopicArn(this, `TopicOf${shortDigest(topicArn)}`, topicArn),
        endpoint: handler.lambda.functionArn,
        protocol: SubscriptionProtocol.LAMBDA,
        deadLetterQueue: deadLetters,
      });
    }
    for (const sourceArn of callersOf(Object.keys(snsTopics))) {
      handler.lambda.addPermission(`Topics${shortDigest(sourceArn)}`, {
        principal: new ServicePrincipal('sns.amazonaws.com'),
        sourceArn,
      });
    }
    handler.setAddress('alarmDoorsFile', beside(DOORS_FILE));
  }
}

/** Of the policy of a function. A statement for a topic is some 400 bytes, its ARN aside. */
const POLICY_BYTES = 20_000;
const STATEMENT_BYTES = 400;

/**
 * Who may call the function: each topic, or all topics of their accounts where so many statements do not fit. A topic
 * that is not listed is refused by the function itself.
 */
function callersOf(topicArns: string[]): string[] {
  const bytes = topicArns.reduce((sum, arn) => sum + STATEMENT_BYTES + arn.length, 0);
  if (bytes <= POLICY_BYTES) return topicArns;
  return [...new Set(topicArns.map((arn) => arn.replace(/[^:]+$/, '*')))];
}

const shortDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
