import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const template = synthesizedTemplate();
const { ofType, only, named } = resourcesIn(template);

describe('the stack as a whole', () => {
  test('holds these resources and no helper of CDK', () => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values(template.Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
    expect(counts).toMatchInlineSnapshot(`
      {
        "AWS::ApiGatewayV2::Api": 1,
        "AWS::ApiGatewayV2::Integration": 2,
        "AWS::ApiGatewayV2::Route": 2,
        "AWS::ApiGatewayV2::Stage": 1,
        "AWS::DynamoDB::Table": 1,
        "AWS::Events::EventBus": 1,
        "AWS::Events::Rule": 1,
        "AWS::IAM::Policy": 10,
        "AWS::IAM::Role": 11,
        "AWS::Lambda::EventSourceMapping": 1,
        "AWS::Lambda::Function": 10,
        "AWS::Lambda::Permission": 3,
        "AWS::Logs::LogGroup": 12,
        "AWS::S3::Bucket": 1,
        "AWS::S3::BucketPolicy": 1,
        "AWS::SQS::Queue": 3,
        "AWS::SQS::QueuePolicy": 3,
        "AWS::SecretsManager::Secret": 1,
        "AWS::StepFunctions::StateMachine": 1,
      }
    `);
  });

  test('says where everything is', () => {
    expect(Object.keys(template.Outputs).sort()).toEqual([
      'ApiTokenSecretArn',
      'ApiUrl',
      'EventBusName',
      'HooksUrl',
      'ResultsBucketName',
      'StateMachineArn',
      'TableName',
    ]);
    expect(JSON.stringify(template.Outputs.ApiUrl)).toContain('"ApiEndpoint"]},"/v0"]');
    expect(JSON.stringify(template.Outputs.HooksUrl)).toContain('"ApiEndpoint"]},"/hooks"]');
  });
});

describe('functions', () => {
  test.each(ofType('AWS::Lambda::Function'))('%s has the house defaults', (_id, { Properties }) => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringMatching(/Logs/) } },
    });
  });

  const addresses: [id: string, names: string[]][] = [
    ['ReceiveAlert', ['TABLE_NAME', 'DELIVERY_QUEUE_URL']],
    ['RouteAlert', ['TABLE_NAME', 'STATE_MACHINE_ARN']],
    ['Manage', ['TABLE_NAME', 'API_TOKEN_SECRET_ARN', 'SECRET_PREFIX']],
    ['Manage', ['PRIVATE_HOSTS', 'CHECK_SERVERS_FUNCTION_NAME']],
    ['CheckServers', ['SECRET_PREFIX', 'PRIVATE_HOSTS']],
    ['CreateSession', ['TABLE_NAME', 'SECRET_PREFIX', 'PRIVATE_HOSTS']],
    ['SendPrompt', ['TABLE_NAME', 'SECRET_PREFIX', 'PRIVATE_HOSTS']],
    ['PollSession', ['TABLE_NAME', 'SECRET_PREFIX', 'PRIVATE_HOSTS']],
    ['AbortSession', ['TABLE_NAME', 'SECRET_PREFIX', 'PRIVATE_HOSTS']],
    ['CollectResult', ['TABLE_NAME', 'SECRET_PREFIX', 'PRIVATE_HOSTS', 'RESULTS_BUCKET_NAME']],
    ['ExecutionStopped', ['TABLE_NAME', 'SECRET_PREFIX', 'PRIVATE_HOSTS', 'RESULTS_BUCKET_NAME', 'EVENT_BUS_NAME']],
  ];
  test.each(addresses)('%s is told where its things are', (id, names) => {
    const environment = named('AWS::Lambda::Function', id).Properties.Environment;
    for (const name of names) expect(environment).toHaveProperty(['Variables', name]);
  });
});

describe('logs', () => {
  test('every log group ends', () => {
    for (const [, { Properties }] of ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(90);
  });

  test('one per function, one for the state machine, one for requests', () => {
    expect(ofType('AWS::Logs::LogGroup')).toHaveLength(ofType('AWS::Lambda::Function').length + 2);
  });

  test('a request is logged by its route: a path holds the hook key', () => {
    const settings = z.object({ AccessLogSettings: z.object({ Format: z.string() }) });
    const { Format } = settings.parse(only('AWS::ApiGatewayV2::Stage').Properties).AccessLogSettings;
    expect(JSON.parse(Format)).toMatchObject({ route: '$context.routeKey', status: '$context.status' });
    expect(Format).not.toMatch(/context\.(path|protocol|authorizer|identity\.(?!sourceIp))/);
  });
});

describe('data', () => {
  test('the table and the results outlive the stack', () => {
    const kept = Object.entries(template.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
    expect(kept.map(([, { Type }]) => Type).sort()).toEqual(['AWS::DynamoDB::Table', 'AWS::S3::Bucket']);
  });

  test('the table is recoverable, encrypted and lets rows expire', () => {
    expect(only('AWS::DynamoDB::Table').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test('results are private and expire', () => {
    expect(only('AWS::S3::Bucket').Properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
    });
  });

  test('the first API token is named admin', () => {
    expect(only('AWS::SecretsManager::Secret').Properties.GenerateSecretString).toMatchObject({
      SecretStringTemplate: '{}',
      GenerateStringKey: 'admin',
    });
  });
});

describe('executions', () => {
  test('the state machine is logged with its data and traced', () => {
    expect(only('AWS::StepFunctions::StateMachine').Properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
  });

  test('one that did not succeed is cleaned up after, and what fails there is kept', () => {
    const deadLetters = { 'Fn::GetAtt': [expect.stringMatching(/^StoppedDeadLetters/), 'Arn'] };
    expect(only('AWS::Events::Rule').Properties).toMatchObject({
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [{ Ref: expect.stringMatching(/^SessionsMachine/) }],
          status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
        },
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [expect.stringMatching(/^ExecutionStoppedFunction/), 'Arn'] },
          DeadLetterConfig: { Arn: deadLetters },
        },
      ],
    });
    expect(named('AWS::Lambda::Function', 'ExecutionStopped').Properties.DeadLetterConfig).toEqual({
      TargetArn: deadLetters,
    });
  });
});
