import { functionResource, permissionResource, roleResource } from './assembly-fixture.ts';

/** Nobody checks the signature; whose it is counts. */
const signed = `'content-type': 'application/x-amz-json-1.0',
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20261130/eu-central-1/any/aws4_request'`;

/**
 * A small template with a resource of each kind: POST /hooks/{key} → front → queue → back → machine → outcome bus, and
 * a rule on stopped executions.
 */
export const code = {
  // Without the SDK: the services are asked as any HTTP client can.
  front: `
    const call = (target, body) => fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST', headers: { ${signed}, 'x-amz-target': target }, body: JSON.stringify(body),
    });
    export const handler = async ({ pathParameters, body }) => {
      const MessageBody = JSON.stringify({ name: pathParameters.key, ...JSON.parse(body) });
      const { status } = await call('AmazonSQS.SendMessage', { QueueUrl: process.env.QUEUE_URL, MessageBody });
      return { statusCode: status === 200 ? 202 : 500 };
    };`,
  back: `
    export const handler = async ({ Records }) => {
      for (const { body } of Records) {
        const input = JSON.parse(body);
        const start = { stateMachineArn: process.env.MACHINE_ARN, name: input.name, input: body };
        await fetch(process.env.AWS_ENDPOINT_URL, {
          method: 'POST', headers: { ${signed}, 'x-amz-target': 'AWSStepFunctions.StartExecution' },
          body: JSON.stringify(start),
        });
      }
      return { batchItemFailures: [] };
    };`,
  work: `
    export const handler = async ({ mode }) => {
      if (mode === 'fail') throw Object.assign(new Error('no server'), { name: 'ServerUnreachable' });
      if (mode === 'hang') await new Promise((done) => setTimeout(done, 60_000));
      return { worked: mode };
    };`,
  stopped: `
    export const handler = async ({ detail }) => { console.log(JSON.stringify([detail.name, detail.status, detail.error])); };`,
};

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: '#FUNCTION#', Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      Next: 'Publish',
    },
    Publish: {
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Arguments: {
        Entries: [{ EventBusName: '#BUS#', Source: 'fixture', DetailType: 'done', Detail: '{% $states.input %}' }],
      },
      End: true,
    },
  },
};

const [head = '', middle = '', tail = ''] = JSON.stringify(definition).split(/#[A-Z]+#/);

export const template = {
  Resources: {
    Role: roleResource(
      { Action: 'lambda:InvokeFunction', Resource: arnOf('Work') },
      { Action: 'events:PutEvents', Resource: arnOf('Bus') },
      { Action: 'sqs:*', Resource: arnOf('Queue') },
      { Action: 'states:StartExecution', Resource: { Ref: 'Machine' } },
    ),
    FrontPermission: permissionResource('Front', 'apigateway.amazonaws.com', {
      'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*/*/hooks/{key}`,
    }),
    StoppedPermission: permissionResource('Stopped', 'events.amazonaws.com', arnOf('Rule')),
    Front: functionResource('front', { Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } }, Timeout: 30 }),
    Back: functionResource('back', { Environment: { Variables: { MACHINE_ARN: { Ref: 'Machine' } } }, Timeout: 30 }),
    Work: functionResource('work', { Timeout: 90 }),
    Stopped: functionResource('stopped', { Timeout: 30 }),
    Dead: { Type: 'AWS::SQS::Queue' },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 3 } },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arnOf('Queue'),
        FunctionName: { Ref: 'Back' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        GenerateSecretString: { SecretStringTemplate: '{}', GenerateStringKey: 'admin', PasswordLength: 20 },
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'outcomes' } },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString: { 'Fn::Join': ['', [head, arnOf('Work'), middle, { Ref: 'Bus' }, tail]] },
        RoleArn: arnOf('Role'),
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          source: ['aws.states'],
          detail: { stateMachineArn: [{ Ref: 'Machine' }], status: ['ABORTED', 'FAILED'] },
        },
        Targets: [{ Arn: arnOf('Stopped'), Id: 'Target0' }],
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: arnOf('Front'),
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /hooks/{key}',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
  },
  Outputs: {
    HooksUrl: { Value: { 'Fn::Sub': `\${Api.ApiEndpoint}/hooks` } },
    MachineArn: { Value: { Ref: 'Machine' } },
    SecretArn: { Value: { Ref: 'Secret' } },
    QueueUrl: { Value: { Ref: 'Queue' } },
  },
};
