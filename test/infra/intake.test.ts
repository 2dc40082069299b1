import { describe, expect, test } from 'vitest';
import { limits } from '../../functions/contract/limits.ts';
import { referenceText } from '../support/references.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const { ofType, only, named } = resourcesIn(synthesizedTemplate());

describe('intake', () => {
  test('the API has its routes and is throttled', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
    expect(routes.sort()).toEqual(['ANY /v0/{proxy+}', 'POST /hooks/{webhookKey}', 'PUT /hooks/{webhookKey}']);
    expect(only('AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 },
      // A client that loops there takes no room from the hooks.
      RouteSettings: { 'ANY /v0/{proxy+}': { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 } },
    });
  });

  test('each route leads to its function, which authorizes by itself', () => {
    const integrations = new Map(
      ofType('AWS::ApiGatewayV2::Integration').map(([id, { Properties }]) => [
        `integrations/${referenceText({ Ref: id })}`,
        Properties,
      ]),
    );
    const ways = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
      const integration = integrations.get(referenceText(Properties.Target));
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
      return [Properties.RouteKey, Properties.AuthorizationType, referenceText(integration?.IntegrationUri)];
    });
    expect(ways.sort()).toEqual([
      ['ANY /v0/{proxy+}', 'NONE', '<ManageFunction.Arn>'],
      ['POST /hooks/{webhookKey}', 'NONE', '<ReceiveAlertFunction.Arn>'],
      ['PUT /hooks/{webhookKey}', 'NONE', '<ReceiveAlertFunction.Arn>'],
    ]);
  });

  test('the stage is deployed by itself, after the route that it throttles', () => {
    const { Properties, DependsOn } = only('AWS::ApiGatewayV2::Stage');
    expect(Properties.AutoDeploy).toBe(true);
    expect(DependsOn?.map((Ref) => referenceText({ Ref }))).toContain('<ApiHttpANYv0proxy>');
  });

  test('a delivery as large as SQS takes fits into the queue', () => {
    expect(named('AWS::SQS::Queue', 'DeliveriesQueue').Properties.MaximumMessageSize).toBe(limits.queueMessageBytes);
  });

  test('every queue is encrypted and keeps a message for 14 days', () => {
    for (const [, { Properties }] of ofType('AWS::SQS::Queue')) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3_600, SqsManagedSseEnabled: true });
    }
  });

  test('deliveries are routed in batches that a lone one waits a second for, with an answer for each', () => {
    expect(named('AWS::Lambda::EventSourceMapping', 'RouteAlert').Properties).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
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
