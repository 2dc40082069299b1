import { describe, expect, test } from 'vitest';
import { limits } from '../../functions/contract/limits.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const { ofType, only, named } = resourcesIn(synthesizedTemplate());

describe('intake', () => {
  test('the API has two routes and is throttled', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
    expect(routes.sort()).toEqual(['ANY /v0/{proxy+}', 'POST /hooks/{webhookKey}']);
    expect(only('AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 },
      // A client that loops there takes no room from the hooks.
      RouteSettings: { 'ANY /v0/{proxy+}': { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 } },
    });
  });

  test('a delivery that cannot be routed waits in the dead-letter queue', () => {
    const routeTimeout = Number(named('AWS::Lambda::Function', 'RouteAlert').Properties.Timeout);
    expect(named('AWS::SQS::Queue', 'DeliveriesQueue').Properties).toMatchObject({
      MaximumMessageSize: limits.queueMessageBytes,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^DeliveriesDeadLetters/), 'Arn'] },
        maxReceiveCount: 8,
      },
      VisibilityTimeout: 6 * routeTimeout,
    });
  });

  test('every queue is encrypted and keeps a message for 14 days', () => {
    for (const [, { Properties }] of ofType('AWS::SQS::Queue')) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3_600, SqsManagedSseEnabled: true });
    }
  });

  test('deliveries are routed in batches, with an answer for each', () => {
    expect(named('AWS::Lambda::EventSourceMapping', 'RouteAlert').Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FunctionName: { Ref: expect.stringMatching(/^RouteAlertFunction/) },
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  test('calls of webhook rules likewise, a few at a time', () => {
    expect(named('AWS::Lambda::EventSourceMapping', 'CallWebhook').Properties).toMatchObject({
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FunctionName: { Ref: expect.stringMatching(/^CallWebhookFunction/) },
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });
});
