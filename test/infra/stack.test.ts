import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newestIndex } from '../../functions/contract/table.ts';
import { compilePattern } from '../../infra/local/aws/buses/pattern.ts';
import { referenceText } from '../support/references.ts';
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
        "AWS::ApiGatewayV2::Route": 3,
        "AWS::ApiGatewayV2::Stage": 1,
        "AWS::CloudWatch::Dashboard": 1,
        "AWS::DynamoDB::Table": 1,
        "AWS::Events::EventBus": 1,
        "AWS::Events::Rule": 7,
        "AWS::IAM::Policy": 25,
        "AWS::IAM::Role": 28,
        "AWS::Lambda::EventSourceMapping": 2,
        "AWS::Lambda::Function": 24,
        "AWS::Lambda::Permission": 10,
        "AWS::Logs::LogGroup": 28,
        "AWS::S3::Bucket": 2,
        "AWS::S3::BucketPolicy": 2,
        "AWS::SQS::Queue": 5,
        "AWS::SQS::QueuePolicy": 5,
        "AWS::Scheduler::Schedule": 1,
        "AWS::SecretsManager::Secret": 3,
        "AWS::StepFunctions::StateMachine": 3,
      }
    `);
  });

  test('says where everything is', () => {
    const outputs = Object.entries(template.Outputs).map(([name, { Value }]) => [name, referenceText(Value)]);
    expect(Object.fromEntries(outputs)).toEqual({
      ApiTokenSecretArn: '<ApiTokensSecret>',
      ApiUrl: '<ApiHttp.ApiEndpoint>/v0',
      AuditBucketName: '<AuditBucket>',
      DeliveriesDeadLettersArn: '<DeliveriesDeadLetters.Arn>',
      EventBusName: '<OutcomesBus>',
      HooksUrl: '<ApiHttp.ApiEndpoint>/hooks',
      RelayRunMachineArn: '<RelayRunsMachine>',
      ResultsBucketName: '<ResultsBucket>',
      StateMachineArn: '<SessionsMachine>',
      StoppedDeadLettersArn: '<StoppedDeadLetters.Arn>',
      StormMachineArn: '<StormsMachine>',
      TableName: '<DataTable>',
      WebhookCallsArn: '<WebhookCallsQueue.Arn>',
      WebhookCallsDeadLettersArn: '<WebhookCallsDeadLetters.Arn>',
      WebhookSigningSecretArn: '<WebhookSigningSecret>',
    });
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
});

describe('logs', () => {
  test('every log group ends', () => {
    for (const [, { Properties }] of ofType('AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(90);
    }
  });

  test('one per function, one per state machine, one for requests', () => {
    const logged = [...ofType('AWS::Lambda::Function'), ...ofType('AWS::StepFunctions::StateMachine')];
    expect(ofType('AWS::Logs::LogGroup')).toHaveLength(logged.length + 1);
  });

  test('a request is logged by its route: a path holds the hook key', () => {
    const settings = z.object({
      AccessLogSettings: z.object({ Format: z.string(), DestinationArn: z.unknown() }),
    });
    const { Format, DestinationArn } = settings.parse(only('AWS::ApiGatewayV2::Stage').Properties).AccessLogSettings;
    expect(referenceText(DestinationArn)).toBe('<ApiRequests.Arn>');
    expect(JSON.parse(Format)).toMatchObject({ route: '$context.routeKey', status: '$context.status' });
    expect(Format).not.toMatch(/context\.(path|protocol|authorizer|identity\.(?!sourceIp))/);
  });
});

describe('data', () => {
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];

  test('rows, results, logs and secrets outlive the stack, and nothing else does; a first deployment that fails leaves none', () => {
    const all = Object.values(template.Resources);
    const kept = all.filter(({ DeletionPolicy }) => DeletionPolicy === 'RetainExceptOnCreate');
    expect(all.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
    expect(kept.every(({ UpdateReplacePolicy }) => UpdateReplacePolicy === 'Retain')).toBe(true);
    const types = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup', 'AWS::SecretsManager::Secret'];
    expect(kept).toEqual(all.filter(({ Type }) => types.includes(Type)));
  });

  test('the table is recoverable, encrypted and lets rows expire', () => {
    expect(only('AWS::DynamoDB::Table').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  test('the table and its index have the keys that the contract names; the index holds keys only', () => {
    const { partitionKey, sortKey, name } = newestIndex;
    expect(only('AWS::DynamoDB::Table').Properties).toMatchObject({
      AttributeDefinitions: ['pk', 'sk', partitionKey, sortKey].map((key) => ({
        AttributeName: key,
        AttributeType: 'S',
      })),
      KeySchema: keySchema('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: name, KeySchema: keySchema(partitionKey, sortKey), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    });
  });

  test('results are private and expire, and what goes can be brought back for a week', () => {
    expect(named('AWS::S3::Bucket', 'Results').Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          {
            ExpirationInDays: 90,
            NoncurrentVersionExpiration: { NoncurrentDays: 7 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            Status: 'Enabled',
          },
          { ExpiredObjectDeleteMarker: true, Status: 'Enabled' },
        ],
      },
    });
  });

  test('the first API token is named admin, and can be pasted into a header', () => {
    expect(named('AWS::SecretsManager::Secret', 'ApiTokens').Properties.GenerateSecretString).toEqual({
      SecretStringTemplate: '{}',
      GenerateStringKey: 'admin',
      PasswordLength: 48,
      ExcludePunctuation: true,
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
  test.each(ofType('AWS::StepFunctions::StateMachine'))('%s is logged, without its data, and traced', (id, machine) => {
    const log = id.replace(/Machine[0-9A-F]{8}$/, 'Logs');
    expect(machine.Properties).toMatchObject({
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [
          {
            CloudWatchLogsLogGroup: {
              LogGroupArn: { 'Fn::GetAtt': [expect.stringMatching(`^${log}[0-9A-F]{8}$`), 'Arn'] },
            },
          },
        ],
      },
      TracingConfiguration: { Enabled: true },
    });
  });

  test('log under the prefix that takes no room in the log resource policy, whose size is limited', () => {
    const names = ofType('AWS::Logs::LogGroup').flatMap(([, { Properties }]) => Properties.LogGroupName ?? []);
    // Of one stack alone: the next one of the same name finds those that this one has left behind.
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    expect(names).toHaveLength(3);
    expect(names).toEqual(
      expect.arrayContaining(
        ['relay-runs', 'sessions', 'storms'].map((what) => ({
          'Fn::Join': ['', [`/aws/vendedlogs/states/OpencodeRelay-${what}-`, uuid]],
        })),
      ),
    );
  });

  test.each([
    ['StoppedRule', 'SessionsMachine', 'SessionStopped'],
    ['StoppedRunsRule', 'RelayRunsMachine', 'RunStopped'],
    ['StoppedStormsRule', 'StormsMachine', 'StormStopped'],
  ])('those that did not succeed are cleaned up after, and what fails there is kept: %s', (rule, machine, fn) => {
    const { EventBusName, EventPattern, State, Targets } = named('AWS::Events::Rule', rule).Properties;
    // Step Functions tells the default bus.
    expect({ EventBusName, State }).toEqual({ EventBusName: undefined, State: 'ENABLED' });
    const pattern = z
      .object({ detail: z.object({ stateMachineArn: z.tuple([z.unknown()]), status: z.array(z.string()) }) })
      .parse(EventPattern);
    expect(referenceText(pattern.detail.stateMachineArn[0])).toBe(`<${machine}>`);
    const detail = { ...pattern.detail, stateMachineArn: ['arn:machine'] };
    const matches = compilePattern(z.looseObject({ detail: z.unknown() }).parse({ ...Object(EventPattern), detail }));
    const changed = (status: string, change: object = {}) => ({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      ...change,
      detail: { stateMachineArn: 'arn:machine', status },
    });
    const all = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];
    expect(all.filter((status) => matches(changed(status)))).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    expect(matches(changed('FAILED', { source: 'somebody' }))).toBe(false);
    expect(matches(changed('FAILED', { 'detail-type': 'Another Change' }))).toBe(false);
    const targets = z.array(z.looseObject({ Arn: z.unknown(), DeadLetterConfig: z.object({ Arn: z.unknown() }) }));
    expect(
      targets
        .parse(Targets)
        .map(({ Arn, DeadLetterConfig }) => [referenceText(Arn), referenceText(DeadLetterConfig.Arn)]),
    ).toEqual([[`<${fn}Function.Arn>`, '<StoppedDeadLetters.Arn>']]);
  });
});
