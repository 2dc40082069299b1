import type { Cloud } from './cloud.ts';
import { eventSourceMapping, lambdaFunction, logGroup, stateMachine } from './compute-types.ts';
import { api, integration, route, stage } from './http-types.ts';
import { eventBus, eventRule, queue, snsSubscription } from './messaging-types.ts';
import type { ResourceType } from './resource-type.ts';
import { schedule } from './scheduler-types.ts';
import { bucket, secret, table } from './storage-types.ts';

/** Every type that runs on this machine. */
export const resourceTypes = new Map<string, ResourceType>([
  ['AWS::ApiGatewayV2::Api', api],
  ['AWS::ApiGatewayV2::Integration', integration],
  ['AWS::ApiGatewayV2::Route', route],
  ['AWS::ApiGatewayV2::Stage', stage],
  ['AWS::DynamoDB::Table', table],
  ['AWS::Events::EventBus', eventBus],
  ['AWS::Events::Rule', eventRule],
  ['AWS::Lambda::EventSourceMapping', eventSourceMapping],
  ['AWS::Lambda::Function', lambdaFunction],
  ['AWS::Logs::LogGroup', logGroup],
  ['AWS::S3::Bucket', bucket],
  ['AWS::Scheduler::Schedule', schedule],
  ['AWS::SecretsManager::Secret', secret],
  ['AWS::SNS::Subscription', snsSubscription],
  ['AWS::SQS::Queue', queue],
  ['AWS::StepFunctions::StateMachine', stateMachine],
]);

type Place = Pick<Cloud, 'region' | 'account'>;
const noArn = (): undefined => undefined;

/** Types that mean nothing on this machine, each with its reason, and the ARN that other resources may ask for. */
export const ignoredTypes = new Map<string, { reason: string; arnOf(name: string, place: Place): string | undefined }>([
  [
    'AWS::IAM::Role',
    {
      reason: 'read once all that it refers to is there, and enforced from then on',
      arnOf: (name, { account }) => `arn:aws:iam::${account}:role/${name}`,
    },
  ],
  ['AWS::IAM::Policy', { reason: 'as the roles', arnOf: noArn }],
  ['AWS::Lambda::Permission', { reason: 'as the roles', arnOf: noArn }],
  ['AWS::SQS::QueuePolicy', { reason: 'as the roles', arnOf: noArn }],
  ['AWS::S3::BucketPolicy', { reason: 'as the roles', arnOf: noArn }],
  ['AWS::CloudWatch::Dashboard', { reason: 'there are no metrics to show', arnOf: noArn }],
  ['AWS::CDK::Metadata', { reason: 'tells AWS which version of CDK is in use', arnOf: noArn }],
]);
