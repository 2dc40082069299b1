import { describe, expect, test } from 'vitest';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { functionResource, roleResource, writeAssembly } from './assembly-fixture.ts';
import { temporaryFolder } from './folders.ts';

async function starting(resources: object): Promise<unknown> {
  const data = await temporaryFolder();
  const assembly = await writeAssembly({ Resources: { Role: roleResource(), ...resources } });
  const stack = await startLocalStack({ assembly, dataDirectory: data, logDirectory: data, port: 0 });
  await stack.stop();
  return stack.outputs;
}

const machine = (state: object) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    DefinitionString: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: state } }),
    RoleArn: 'arn:aws:iam::000000000000:role/r',
  },
});

describe('a template that would not run as it does on AWS does not start', () => {
  test.each<[name: string, resources: object, message: RegExp]>([
    ['a type', { Topic: { Type: 'AWS::SNS::Topic' } }, /Topic \(AWS::SNS::Topic\).*type is not known/],
    [
      'a property',
      { Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } },
      /Queue \(AWS::SQS::Queue\)[\s\S]*FifoQueue/,
    ],
    [
      'a property within one',
      { Fn: functionResource('echo', { Environment: { Variables: {}, Secrets: {} } }) },
      /Fn \(AWS::Lambda::Function\)[\s\S]*Secrets/,
    ],
    ['a value', { Fn: functionResource('echo', { Runtime: 'nodejs22.x' }) }, /Fn[\s\S]*nodejs24\.x/],
    [
      'more variables than 4 KB',
      { Fn: functionResource('echo', { Environment: { Variables: { LONG: 'x'.repeat(4_090) } } }) },
      /Fn \(AWS::Lambda::Function\)[\s\S]*at most 4096 bytes/,
    ],
    ['an asset', { Fn: functionResource('other') }, /other\.zip/],
    [
      'an intrinsic function',
      { Fn: functionResource('echo', { Timeout: { 'Fn::If': ['a', 1, 2] } }) },
      /Fn \(AWS::Lambda::Function\).*Fn::If/,
    ],
    [
      'an attribute',
      { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { 'Fn::GetAtt': ['Role', 'RoleId'] } } } },
      /RoleId of Role/,
    ],
    ['a name', { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { Ref: 'Nothing' } } } }, /no Nothing/],
    [
      'a circle',
      {
        A: { Type: 'AWS::SQS::Queue', DependsOn: 'B' },
        B: { Type: 'AWS::SQS::Queue', DependsOn: 'A' },
      },
      /circles at A/,
    ],
    [
      'a second HTTP API',
      Object.fromEntries(
        ['One', 'Two'].map((id) => [id, { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } }]),
      ),
      /Two.*another HTTP API/,
    ],
    ['a state type', { Machine: machine({ Type: 'Parallel' }) }, /Machine.*state type/],
    [
      'a service integration',
      { Machine: machine({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true }) },
      /State "A".*sqs:sendMessage/,
    ],
    [
      'the pattern of a rule',
      {
        Fn: functionResource('echo'),
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventPattern: { source: [{ wildcard: '*' }] },
            Targets: [{ Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Id: 'T' }],
          },
        },
      },
      /Rule.*wildcard/,
    ],
  ])('for %s', async (_, resources, message) => {
    await expect(starting(resources)).rejects.toThrow(message);
  });

  test('and one without any of that does', async () => {
    expect(await starting({ Fn: functionResource('echo') })).toEqual({});
  });
});
