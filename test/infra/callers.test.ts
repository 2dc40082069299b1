import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { referenceText } from '../support/references.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const { ofType, named } = resourcesIn(synthesizedTemplate());

/** What the policies of resources say, beside those of roles: who may come in from outside. */
describe('who may call a function', () => {
  const api = 'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<ApiHttp>/*/*';
  const expected = [
    // By POST and by PUT, a route each.
    ['<ReceiveAlertFunction.Arn>', 'apigateway.amazonaws.com', `${api}/hooks/{webhookKey}`],
    ['<ReceiveAlertFunction.Arn>', 'apigateway.amazonaws.com', `${api}/hooks/{webhookKey}`],
    ['<ManageFunction.Arn>', 'apigateway.amazonaws.com', `${api}/v0/{proxy+}`],
    ['<SessionStoppedFunction.Arn>', 'events.amazonaws.com', '<StoppedRule.Arn>'],
    ['<RunStoppedFunction.Arn>', 'events.amazonaws.com', '<StoppedRunsRule.Arn>'],
    ['<StormStoppedFunction.Arn>', 'events.amazonaws.com', '<StoppedStormsRule.Arn>'],
    ['<SweepFunction.Arn>', 'events.amazonaws.com', '<UpkeepSchedule.Arn>'],
    ['<WriteDigestFunction.Arn>', 'events.amazonaws.com', '<AuditSchedule.Arn>'],
    ['<WriteReportFunction.Arn>', 'events.amazonaws.com', '<ReportsOutcomes.Arn>'],
    ['<ClearSessionFunction.Arn>', 'events.amazonaws.com', '<UpkeepLeftovers.Arn>'],
  ];

  test('each door its own function, and no account or service as a whole', () => {
    const permissions = ofType('AWS::Lambda::Permission').map(([, { Properties }]) => {
      expect(Properties.Action).toBe('lambda:InvokeFunction');
      return [Properties.FunctionName, Properties.Principal, Properties.SourceArn].map(referenceText);
    });
    expect(permissions.sort()).toEqual([...expected].sort());
  });
});

describe('who may reach a queue or the bucket by their own policies', () => {
  const statementSchema = z.strictObject({
    Sid: z.string().optional(),
    Effect: z.string(),
    Action: z.string(),
    Principal: z.unknown(),
    Resource: z.unknown(),
    Condition: z.unknown(),
  });
  const policySchema = z.looseObject({ PolicyDocument: z.object({ Statement: z.array(statementSchema) }) });
  const denied = (action: string, resource: unknown) => ({
    Effect: 'Deny',
    Action: action,
    Principal: { AWS: '*' },
    Resource: resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });

  test('nobody without TLS, and EventBridge only for events that could not be handled', () => {
    const policies = ofType('AWS::SQS::QueuePolicy').map(([, { Properties }]) => policySchema.parse(Properties));
    const covered = policies.flatMap(({ Queues }) => z.array(z.unknown()).parse(Queues).map(referenceText));
    expect(covered.sort()).toEqual(
      ofType('AWS::SQS::Queue')
        .map(([id]) => referenceText({ Ref: id }))
        .sort(),
    );
    for (const { Queues, PolicyDocument } of policies) {
      const queue = z.tuple([z.object({ Ref: z.string() })]).parse(Queues)[0].Ref;
      const arn = { 'Fn::GetAtt': [queue, 'Arn'] };
      const [first, ...others] = PolicyDocument.Statement;
      expect(first).toEqual(denied('sqs:*', arn));
      const rules = queue.startsWith('StoppedDeadLetters')
        ? ['StoppedRule', 'StoppedRunsRule', 'StoppedStormsRule', 'UpkeepLeftovers']
        : [];
      const senders = others.map(({ Effect, Action, Principal, Resource, Condition }) => {
        expect({ Effect, Action, Principal, Resource }).toEqual({
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
          Resource: arn,
        });
        const sourceSchema = z.strictObject({ ArnEquals: z.strictObject({ 'aws:SourceArn': z.unknown() }) });
        return referenceText(sourceSchema.parse(Condition).ArnEquals['aws:SourceArn']);
      });
      expect(senders.sort()).toEqual(rules.map((rule) => `<${rule}.Arn>`));
    }
  });

  test('results: nobody without TLS', () => {
    const { Bucket, PolicyDocument } = policySchema.parse(named('AWS::S3::BucketPolicy', 'Results').Properties);
    expect(referenceText(Bucket)).toBe('<ResultsBucket>');
    expect(
      PolicyDocument.Statement.map(({ Resource, ...rest }) => ({
        ...rest,
        Resource: z.array(z.unknown()).parse(Resource).map(referenceText),
      })),
    ).toEqual([denied('s3:*', ['<ResultsBucket.Arn>', '<ResultsBucket.Arn>/*'])]);
  });
});
