import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { comparableTemplate } from '../support/keep-release.ts';
import { releasedTemplate } from '../support/release.ts';
import { everyDoor, synthesizedTemplate } from '../support/stack.ts';
import type { Template } from '../support/template.ts';

/**
 * What holds data or is known by its name outside the stack: rows, results, secrets, addresses that senders, clients
 * and subscribers have, and what running executions name (their machine, its role, their functions).
 */
const kept = [
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::ApiGatewayV2::Api',
  'AWS::SQS::Queue',
  'AWS::Events::EventBus',
  'AWS::StepFunctions::StateMachine',
  'AWS::Lambda::Function',
  'AWS::IAM::Role',
  'AWS::SNS::Subscription',
  'AWS::Logs::LogGroup',
];
const losses = [
  ResourceImpact.WILL_REPLACE,
  ResourceImpact.MAY_REPLACE,
  ResourceImpact.WILL_DESTROY,
  ResourceImpact.WILL_ORPHAN,
];

const secretSchema = z.object({ GenerateSecretString: z.unknown() });

/** What a deployment of `after` over `before` would take away or make anew, a line each. */
function lossesOf(before: Template, after: Template): string[] {
  const lines: string[] = [];
  fullDiff(before, after).resources.forEachDifference((id, { changeImpact, resourceType }) => {
    if (resourceType !== undefined && kept.includes(resourceType) && losses.includes(changeImpact)) {
      lines.push(`${resourceType} ${id}: ${changeImpact}`);
    }
  });
  // CloudFormation calls it an update, and generates another value.
  for (const [id, { Type, Properties }] of Object.entries(before.Resources)) {
    const now = after.Resources[id];
    if (Type !== 'AWS::SecretsManager::Secret' || !now) continue;
    const [old, wanted] = [Properties, now.Properties].map((each) => JSON.stringify(secretSchema.parse(each)));
    if (old !== wanted) lines.push(`${Type} ${id}: another value`);
  }
  return lines.sort();
}

/** The template with one resource changed. */
function changed(template: Template, beginning: string, change: (properties: Record<string, unknown>) => object) {
  const found = Object.entries(template.Resources).find(([id]) => id.startsWith(beginning));
  if (!found) throw new Error(`The template has no ${beginning}`);
  const [id, resource] = found;
  const Properties = { ...resource.Properties, ...change(resource.Properties) };
  return { ...template, Resources: { ...template.Resources, [id]: { ...resource, Properties } } };
}

test('an upgrade from the last release replaces nothing that holds data or identity', () => {
  expect(lossesOf(releasedTemplate(), comparableTemplate())).toEqual([]);
});

describe('what would be lost is seen', () => {
  const before = comparableTemplate();
  test.each<[what: string, after: Template, line: RegExp]>([
    [
      'another key of the table',
      changed(before, 'DataTable', () => ({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] })),
      /^AWS::DynamoDB::Table DataTable\w+: WILL_REPLACE$/,
    ],
    [
      'a name for the bucket',
      changed(before, 'ResultsBucket', () => ({ BucketName: 'results' })),
      /^AWS::S3::Bucket ResultsBucket\w+: WILL_REPLACE$/,
    ],
    [
      'a longer token',
      changed(before, 'ApiTokensSecret', () => ({ GenerateSecretString: { PasswordLength: 64 } })),
      /^AWS::SecretsManager::Secret ApiTokensSecret\w+: another value$/,
    ],
    [
      'another protocol of the API',
      changed(before, 'ApiHttp', () => ({ ProtocolType: 'WEBSOCKET' })),
      /^AWS::ApiGatewayV2::Api ApiHttp\w+: WILL_REPLACE$/,
    ],
    [
      'a queue that becomes FIFO',
      changed(before, 'DeliveriesQueue', () => ({ FifoQueue: true })),
      /^AWS::SQS::Queue DeliveriesQueue\w+: WILL_REPLACE$/,
    ],
  ])('%s', (_, after, line) => {
    expect(lossesOf(before, after)).toEqual([expect.stringMatching(line)]);
  });

  test('a table that is not in the template any more', () => {
    const entries = Object.entries(before.Resources).filter(([id]) => !id.startsWith('DataTable'));
    const after = { ...before, Resources: Object.fromEntries(entries) };
    expect(lossesOf(before, after)).toEqual([expect.stringMatching(/^AWS::DynamoDB::Table .*: WILL_ORPHAN$/)]);
  });
});

test('a topic that goes takes its own subscription along and no other', () => {
  const topic = (name: string) => `arn:aws:sns:eu-central-1:000000000000:${name}=rly_${'1'.repeat(32)}`;
  const both = synthesizedTemplate({ ...everyDoor, snsTopics: `${topic('first')},${topic('second')}` });
  const one = synthesizedTemplate({ ...everyDoor, snsTopics: topic('second') });
  const lost = lossesOf(both, one);
  expect(lost).toEqual([expect.stringMatching(/^AWS::SNS::Subscription .*: WILL_DESTROY$/)]);
  const gone = both.Resources[/Subscription (\S+):/.exec(lost[0] ?? '')?.[1] ?? '']?.Properties.TopicArn;
  expect(JSON.stringify(gone)).toContain(':first');
});
