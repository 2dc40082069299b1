import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../infra/local/aws/buses/pattern.ts';
import { permissionsByRole, permissionText } from '../support/permissions.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const topic = 'arn:aws:sns:eu-central-1:111122223333:alarms';
const relay = `rly_${'0'.repeat(32)}`;
const other = `rly_${'1'.repeat(32)}`;
const template = synthesizedTemplate({ cloudWatchAlarmsRelay: relay, snsTopics: `${topic}=${other}` });
const { ofType, only, named } = resourcesIn(template);

const functionArn = { 'Fn::GetAtt': [expect.stringMatching(/^ReceiveAlarmFunction/), 'Arn'] };
const deadLettersArn = { 'Fn::GetAtt': [expect.stringMatching(/^AlarmDeadLetters/), 'Arn'] };

describe('doors for alarms', () => {
  test('are shut unless they are configured', () => {
    const shut = resourcesIn(synthesizedTemplate());
    expect(shut.ofType('AWS::SNS::Subscription')).toEqual([]);
    const sources = shut
      .ofType('AWS::Events::Rule')
      .map(([, { Properties }]) => JSON.stringify(Properties.EventPattern));
    expect(sources.filter((pattern) => !pattern.includes('aws.states'))).toEqual([]);
    expect(shut.ofType('AWS::Lambda::Function').map(([id]) => id)).not.toContainEqual(
      expect.stringMatching(/^ReceiveAlarm/),
    );
  });

  test('EventBridge: the alarms of the default bus and nothing else', () => {
    const { EventBusName, EventPattern, Targets } = named('AWS::Events::Rule', 'AlarmDoorsCloudWatch').Properties;
    expect(EventBusName).toBeUndefined();
    const matches = compilePattern(EventPattern);
    expect(matches({ source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' })).toBe(true);
    expect(matches({ source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm Configuration Change' })).toBe(false);
    expect(matches({ source: 'somebody', 'detail-type': 'CloudWatch Alarm State Change' })).toBe(false);
    expect(Targets).toMatchObject([{ Arn: functionArn, DeadLetterConfig: { Arn: deadLettersArn } }]);
  });

  test('SNS: each topic that is listed', () => {
    expect(only('AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'lambda',
      TopicArn: topic,
      Endpoint: functionArn,
      RedrivePolicy: { deadLetterTargetArn: deadLettersArn },
    });
  });

  test('only the rule and the topic may call, and the function knows where each leads', () => {
    const callers = ofType('AWS::Lambda::Permission')
      .filter(([id]) => /ReceiveAlarm|AlarmDoors/.test(id))
      .map(([, { Properties }]) => [Properties.Principal, Properties.SourceArn]);
    expect(callers).toEqual(
      expect.arrayContaining([
        ['events.amazonaws.com', { 'Fn::GetAtt': [expect.stringMatching(/^AlarmDoorsCloudWatch/), 'Arn'] }],
        ['sns.amazonaws.com', topic],
      ]),
    );
    expect(callers).toHaveLength(2);
    const { Environment } = named('AWS::Lambda::Function', 'ReceiveAlarm').Properties;
    const doors = JSON.stringify({ eventbridge: relay, [topic]: other });
    expect(Environment).toMatchObject({ Variables: { ALARM_DOORS: doors } });
  });

  test('what fails for good is kept: the function reads rows, remembers deliveries, fills the queue and its dead letters, no more', () => {
    expect(named('AWS::Lambda::Function', 'ReceiveAlarm').Properties.DeadLetterConfig).toEqual({
      TargetArn: deadLettersArn,
    });
    const permissions = (permissionsByRole(template).get('ReceiveAlarmRole') ?? [])
      .filter(({ action }) => !/^(logs|xray):/.test(action))
      .map(permissionText);
    expect(permissions.sort()).toEqual([
      'dynamodb:GetItem <DataTable.Arn>',
      'dynamodb:PutItem <DataTable.Arn> {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["DELIVERY#*"]}}',
      'sqs:SendMessage <AlarmDeadLetters.Arn>',
      'sqs:SendMessage <DeliveriesQueue.Arn>',
    ]);
  });
});
