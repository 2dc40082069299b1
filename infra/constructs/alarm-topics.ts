import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Configuration } from '../configuration/schema.ts';

/** Whom the alarms tell: the configured topic, and one of the stack's own that writes to an address. */
export function alarmTopics(
  scope: Construct,
  { alarmTopicArn, alarmEmail }: Pick<Configuration, 'alarmTopicArn' | 'alarmEmail'>,
): ITopic[] {
  return [
    ...(alarmTopicArn === undefined ? [] : [Topic.fromTopicArn(scope, 'AlarmTopic', alarmTopicArn)]),
    ...(alarmEmail === undefined ? [] : [mailTopic(scope, alarmEmail)]),
  ];
}

function mailTopic(scope: Construct, address: string): Topic {
  const topic = new Topic(scope, 'AlarmMail', { enforceSSL: true });
  topic.addSubscription(new EmailSubscription(address));
  // A policy of its own takes the place of the default one, by which the account's alarms may publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  Validations.of(topic).acknowledge({
    id: 'AwsSolutions-SNS2',
    reason: 'Texts of alarms leave by plain mail: they name codes and counts, and nothing that an alert holds.',
  });
  return topic;
}
