import {
  CloudFormationClient,
  DescribeStacksCommand,
  DetectStackResourceDriftCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { readConfiguration } from '../../../../infra/configuration/read.ts';
import { configurationMetadata } from '../../../../infra/configuration/schema.ts';
import { mockClient } from '../../../support/mock-client.ts';
import { now, runOn } from '../run-command.ts';

const findingsSchema = z.array(
  z.strictObject({
    check: z.string(),
    state: z.enum(['ok', 'mend', 'unknown']),
    found: z.string(),
    mend: z.string().nullable(),
  }),
);

/** Of a deployment with these values in the place of what the checkout says. */
export const templateOf = (changes: object): string => {
  const configuration = readConfiguration({ getAllContext: () => ({}) });
  return JSON.stringify({ Metadata: { [configurationMetadata]: { ...configuration, ...changes } }, Resources: {} });
};

/** Clients of AWS, mocked for one file. */
export const mockAws = () => ({
  cloudFormation: mockClient(CloudFormationClient),
  lambda: mockClient(LambdaClient),
  secrets: mockClient(SecretsManagerClient),
  queues: mockClient(SQSClient),
});
type MockedAws = ReturnType<typeof mockAws>;
const resource = (LogicalResourceId: string, ResourceType: string) => ({
  LogicalResourceId,
  ResourceType,
  PhysicalResourceId: `physical-${LogicalResourceId}`,
  LastUpdatedTimestamp: now,
  ResourceStatus: 'CREATE_COMPLETE' as const,
});
export const stack = { StackName: 'OpencodeRelay', CreationTime: now, StackStatus: 'UPDATE_COMPLETE' as const };
export const waiting = (count: number) => ({ Attributes: { ApproximateNumberOfMessages: String(count) } });
export const deliveries = { QueueUrl: 'physical-Deliveries1' };

/** A stack in which all is well. */
export function healthy(aws: MockedAws): void {
  for (const client of Object.values(aws)) client.reset();
  aws.cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        ...stack,
        Outputs: [
          { OutputKey: 'ApiTokenSecretArn', OutputValue: 'arn:tokens' },
          { OutputKey: 'WebhookSigningSecretArn', OutputValue: 'arn:signing' },
        ],
      },
    ],
  });
  aws.cloudFormation.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: [
      resource('Manage1', 'AWS::Lambda::Function'),
      resource('Topic0', 'AWS::SNS::Subscription'),
    ],
    NextToken: 'more',
  });
  aws.cloudFormation.on(ListStackResourcesCommand, { NextToken: 'more' }).resolves({
    StackResourceSummaries: [
      resource('Deliveries1', 'AWS::SQS::Queue'),
      resource('DeliveriesDeadLetters1', 'AWS::SQS::Queue'),
    ],
  });
  aws.cloudFormation
    .on(DetectStackResourceDriftCommand)
    .resolves({ StackResourceDrift: { ...driftOf('Topic0'), StackResourceDriftStatus: 'IN_SYNC' } });
  aws.cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: templateOf({}) });
  aws.lambda.on(GetAccountSettingsCommand).resolves({
    AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 900 },
  });
  aws.lambda
    .on(GetFunctionConfigurationCommand)
    .resolves({ State: 'Active', LastUpdateStatus: 'Successful', Runtime: 'nodejs24.x' });
  aws.secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"admin":"the-first-token"}' });
  aws.secrets.on(DescribeSecretCommand).resolves({});
  aws.queues.on(GetQueueAttributesCommand).resolves(waiting(0));
}

export const driftOf = (LogicalResourceId: string) => ({
  StackId: 'arn:stack',
  LogicalResourceId,
  ResourceType: 'AWS::SNS::Subscription',
  Timestamp: now,
});

export const reached = {
  severity: 'info',
  code: 'rule.server_reached',
  message: 'Reached.',
  details: { endpoint: 'https://opencode.internal.corp:4096', version: '1.18.33' },
};
export const jobs = (...outcomes: (string | null)[]) => [
  { jobs: outcomes.map((outcome) => ({ jobData: { outcome, cause: `Because of ${outcome}.` } })), nextCursor: null },
];
export const tick = (at: string) => [new Response('{}', { headers: { date: new Date(at).toUTCString() } })];

/** Answers of an API of which all is well; `changes` are others in their place. */
export async function diagnose(changes: Record<string, object[]> = {}, ...options: string[]) {
  const relays = { relays: [{ id: 'rly_1', name: 'Checkout' }] };
  const answers = {
    'GET /openapi.json': tick('2027-03-01T12:00:20.000Z'),
    'GET /switch': [{ switch: { paused: false, by: 'nobody', at: '2027-03-01T10:00:00.000Z' } }],
    'GET /relay': [relays, relays],
    'POST /relay/rly_1/lint': [{ issues: [reached] }],
    'GET /relay/rly_1/ledger?day=2027-03-01': [{ ledger: { accepted: 5, undecided: 1 } }],
    'GET /relay/rly_1/ledger?day=2027-02-28': [{ ledger: { accepted: 9, undecided: 0 } }],
    'GET /agents/jobs?limit=20': jobs('diff_ready', 'no_changes', null),
    ...changes,
  };
  const { stdout, ...rest } = await runOn(answers, ['doctor', '--json', ...options]);
  const findings = findingsSchema.parse(JSON.parse(stdout));
  const of = (check: string) => findings.filter((finding) => finding.check === check);
  return { ...rest, findings, of };
}
