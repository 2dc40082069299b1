import { describe, expect, test } from 'vitest';
import { bucketCall, callsOf, invokeCall } from '../../../../infra/local/iam/calls.ts';

const place = { region: 'eu-central-1', account: '1', partitionKeyOf: () => 'pk' };
const table = 'arn:aws:dynamodb:eu-central-1:1:table/T';
const machine = 'arn:aws:states:eu-central-1:1:stateMachine:M';
const bus = 'arn:aws:events:eu-central-1:1:event-bus';
const queue = 'arn:aws:sqs:eu-central-1:1:Q';
const row = { pk: { S: 'JOB#1' }, sk: { S: 'JOB' } };

describe('an operation needs', () => {
  test.each<[service: string, operation: string, input: object, needed: string[]]>([
    ['DynamoDB_20120810', 'GetItem', { TableName: 'T', Key: row }, [`dynamodb:GetItem ${table} JOB#1`]],
    ['DynamoDB_20120810', 'PutItem', { TableName: 'T', Item: row }, [`dynamodb:PutItem ${table} JOB#1`]],
    ['DynamoDB_20120810', 'UpdateItem', { TableName: table, Key: row }, [`dynamodb:UpdateItem ${table} JOB#1`]],
    ['DynamoDB_20120810', 'Query', { TableName: 'T' }, [`dynamodb:Query ${table} unknown`]],
    ['DynamoDB_20120810', 'Query', { TableName: 'T', IndexName: 'i' }, [`dynamodb:Query ${table}/index/i unknown`]],
    [
      'DynamoDB_20120810',
      'BatchGetItem',
      { RequestItems: { T: { Keys: [row, { ...row, pk: { S: 'JOB#2' } }] } } },
      [`dynamodb:BatchGetItem ${table} JOB#1,JOB#2`],
    ],
    [
      'DynamoDB_20120810',
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName: 'T', Item: row } }, { Update: { TableName: 'T', Key: row } }] },
      [`dynamodb:PutItem ${table} JOB#1`, `dynamodb:UpdateItem ${table} JOB#1`],
    ],
    ['AWSStepFunctions', 'StartExecution', { stateMachineArn: machine }, [`states:StartExecution ${machine}`]],
    ['AWSStepFunctions', 'StopExecution', { executionArn: 'e' }, ['states:StopExecution e']],
    [
      'secretsmanager',
      'CreateSecret',
      { Name: 'S/a' },
      ['secretsmanager:CreateSecret arn:aws:secretsmanager:eu-central-1:1:secret:S/a'],
    ],
    ['secretsmanager', 'GetSecretValue', { SecretId: 'arn:x' }, ['secretsmanager:GetSecretValue arn:x']],
    ['AmazonSQS', 'SendMessageBatch', { QueueUrl: 'http://h/1/Q' }, [`sqs:SendMessage ${queue}`]],
    [
      'AWSEvents',
      'PutEvents',
      { Entries: [{}, { EventBusName: 'b' }, { EventBusName: 'b' }, { EventBusName: `${bus}/c` }] },
      [`events:PutEvents ${bus}/default`, `events:PutEvents ${bus}/b`, `events:PutEvents ${bus}/c`],
    ],
  ])('%s %s', (service, operation, input, needed) => {
    const lines = callsOf(service, operation, input, place)?.map(({ action, resource, context }) => {
      const keys = context['dynamodb:LeadingKeys'];
      return [action, resource, ...(keys === undefined ? [] : [String(keys)])].join(' ');
    });
    expect(lines).toEqual(needed);
  });

  test('what is not known here is not known', () => {
    expect(callsOf('DynamoDB_20120810', 'DeleteTable', { TableName: 'T' }, place)).toBeUndefined();
  });

  test('an input that makes no sense is refused as the service would', () => {
    expect(() => callsOf('AWSStepFunctions', 'StartExecution', {}, place)).toThrow('stateMachineArn');
  });
});

test('a function is called by name or ARN', () => {
  const arn = 'arn:aws:lambda:eu-central-1:1:function:f';
  for (const id of ['f', arn, `${arn}:$LATEST`]) {
    expect(invokeCall(id, place)).toMatchObject({ action: 'lambda:InvokeFunction', resource: arn });
  }
});

test.each<[method: string, key: string | undefined, needed: string | undefined, query?: string]>([
  ['GET', 'a/b', 's3:GetObject arn:aws:s3:::bucket/a/b'],
  ['HEAD', 'a', 's3:GetObject arn:aws:s3:::bucket/a'],
  ['PUT', 'a', 's3:PutObject arn:aws:s3:::bucket/a'],
  ['DELETE', 'a', 's3:DeleteObject arn:aws:s3:::bucket/a'],
  ['GET', undefined, 's3:ListBucket arn:aws:s3:::bucket'],
  ['PUT', undefined, undefined],
  ['PATCH', 'a', undefined],
  ['GET', undefined, 's3:ListBucketVersions arn:aws:s3:::bucket', 'versions'],
  ['DELETE', 'a', 's3:DeleteObjectVersion arn:aws:s3:::bucket/a', 'versionId=null'],
])('S3 %s of %s', (method, key, needed, query = '') => {
  const asked = bucketCall(method, 'bucket', key, { query: new URLSearchParams(query) });
  expect(asked && `${asked.action} ${asked.resource}`).toBe(needed);
});
