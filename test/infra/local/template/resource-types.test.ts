import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { writeAssembly } from '../local-stack/assembly-fixture.ts';
import { temporaryFolder } from '../local-stack/folders.ts';

const key = (name: string, type: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType: type });
const resources = {
  Dead: { Type: 'AWS::SQS::Queue' },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 77,
      MessageRetentionPeriod: 600,
      MaximumMessageSize: 2_048,
      DelaySeconds: 3,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
    },
  },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: ['a', 'b'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [key('a', 'HASH'), key('b', 'RANGE')],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'endsAt', Enabled: true },
    },
  },
};
const outputs = { QueueUrl: { Value: { Ref: 'Queue' } }, TableName: { Value: { Ref: 'Table' } } };

test('queues and tables are as their properties say', async () => {
  const data = await temporaryFolder();
  const assembly = await writeAssembly({ Resources: resources, Outputs: outputs });
  const stack = await startLocalStack({ assembly, dataDirectory: data, logDirectory: data, port: 0 });
  onTestFinished(() => stack.stop());
  const { QueueUrl = '', TableName = '' } = stack.outputs;
  const aws = {
    endpoint: stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const { Attributes = {} } = await new SQSClient(aws).send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({
    VisibilityTimeout: '77',
    MessageRetentionPeriod: '600',
    MaximumMessageSize: '2048',
    DelaySeconds: '3',
  });
  expect(JSON.parse(Attributes.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: 5 });
  const { TimeToLiveDescription } = await new DynamoDBClient(aws).send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'endsAt' });
});
