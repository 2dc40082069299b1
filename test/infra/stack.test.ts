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
        "AWS::Events::Rule": 3,
        "AWS::IAM::Policy": 17,
        "AWS::IAM::Role": 20,
        "AWS::Lambda::EventSourceMapping": 2,
        "AWS::Lambda::Function": 17,
        "AWS::Lambda::Permission": 5,
        "AWS::Logs::LogGroup": 21,
        "AWS::S3::Bucket": 1,
        "AWS::S3::BucketPolicy": 1,
        "AWS::SQS::Queue": 5,
        "AWS::SQS::QueuePolicy": 5,
        "AWS::SecretsManager::Secret": 2,
        "AWS::StepFunctions::StateMachine": 3,
      }
    `);
  });

  test('says where everything is', () => {
    expect(Object.keys(template.Outputs).sort()).toEqual([
      'ApiTokenSecretArn',
      'ApiUrl',
      'DeliveriesDeadLettersArn',
      'EventBusName',
      'HooksUrl',
      'RelayRunMachineArn',
      'ResultsBucketName',
      'StateMachineArn',
      'StoppedDeadLettersArn',
      'StormMachineArn',
      'TableName',
      'WebhookCallsArn',
      'WebhookCallsDeadLettersArn',
      'WebhookSigningSecretArn',
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
    ['SessionStopped', ['TABLE_NAME', 'SECRET_PREFIX', 'PRIVATE_HOSTS', 'RESULTS_BUCKET_NAME', 'EVENT_BUS_NAME']],
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

  test('one per function, one per state machine, one for requests', () => {
    const logged = [...ofType('AWS::Lambda::Function'), ...ofType('AWS::StepFunctions::StateMachine')];
    expect(ofType('AWS::Logs::LogGroup')).toHaveLength(logged.length + 1);
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
    expect(named('AWS::SecretsManager::Secret', 'ApiTokens').Properties.GenerateSecretString).toMatchObject({
      SecretStringTemplate: '{}',
      GenerateStringKey: 'admin',
    });
  });

  test('calls of webhook rules are signed with 24 bytes, as Standard Webhooks asks for at least', () => {
    expect(named('AWS::SecretsManager::Secret', 'WebhookSigning').Properties.GenerateSecretString).toEqual({
      PasswordLength: 32,
      ExcludePunctuation: true,
    });
  });
});

describe('executions', () => {
  test.each(ofType('AWS::StepFunctions::StateMachine'))('%s is logged with its data and traced', (_id, machine) => {
    expect(machine.Properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
  });

  test.each([
    ['StoppedRule', /^SessionsMachine/, 'SessionStopped'],
    ['StoppedRunsRule', /^RelayRunsMachine/, 'RunStopped'],
  ])('one that did not succeed is cleaned up after, and what fails there is kept: %s', (rule, machine, fn) => {
    const deadLetters = { 'Fn::GetAtt': [expect.stringMatching(/^StoppedDeadLetters/), 'Arn'] };
    expect(named('AWS::Events::Rule', rule).Properties).toMatchObject({
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [{ Ref: expect.stringMatching(machine) }],
          status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
        },
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [expect.stringMatching(`^${fn}Function`), 'Arn'] },
          DeadLetterConfig: { Arn: deadLetters },
        },
      ],
    });
    expect(named('AWS::Lambda::Function', fn).Properties.DeadLetterConfig).toEqual({ TargetArn: deadLetters });
  });
});
