import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compilePattern } from '../../infra/local/aws/buses/pattern.ts';
import { permissionsByRole, permissionText } from '../support/permissions.ts';
import { resourcesIn, synthesizedTemplate, withApp } from '../support/stack.ts';
import { templateSchema } from '../support/template.ts';

const topic = 'arn:aws:sns:eu-central-1:111122223333:alarms';
const relay = `rly_${'0'.repeat(32)}`;
const other = `rly_${'1'.repeat(32)}`;
const context = { cloudWatchAlarmsRelay: relay, snsTopics: `${topic}=${other}` };
const template = synthesizedTemplate(context);
const { ofType, only, named } = resourcesIn(template);

const functionArn = { 'Fn::GetAtt': [expect.stringMatching(/^ReceiveAlarmFunction/), 'Arn'] };
const deadLettersArn = { 'Fn::GetAtt': [expect.stringMatching(/^AlarmDeadLetters/), 'Arn'] };

const listening = z.object({ source: z.array(z.string()) }).optional();

describe('doors for alarms', () => {
  test('are shut unless they are configured', () => {
    const shut = resourcesIn(synthesizedTemplate());
    expect(shut.ofType('AWS::SNS::Subscription')).toEqual([]);
    const sources = shut
      .ofType('AWS::Events::Rule')
      .flatMap(([, { Properties }]) => listening.parse(Properties.EventPattern)?.source ?? []);
    expect(new Set(sources)).toEqual(new Set(['aws.states', 'opencode-relay']));
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
    expect(Environment).toMatchObject({ Variables: { ALARM_DOORS_FILE: '/var/task/alarm-doors.json' } });
    const file = withApp(context, (app) => {
      const { directory, stacks } = app.synth();
      const { Properties } = resourcesIn(templateSchema.parse(stacks[0]?.template)).named(
        'AWS::Lambda::Function',
        'ReceiveAlarm',
      );
      const { S3Key } = z.object({ S3Key: z.string() }).parse(Properties.Code);
      const asset = join(directory, `asset.${S3Key.replace(/\.zip$/, '')}`);
      expect(readFileSync(join(asset, 'index.mjs'), 'utf8')).toContain("'receive-alarm'");
      return readFileSync(join(asset, 'alarm-doors.json'), 'utf8');
    });
    expect(JSON.parse(file)).toEqual({ eventbridge: relay, [topic]: other });
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

  const numbered = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${topic}-${index}-${'x'.repeat(240)}`, other]));
  const subscriptions = ({ ofType: all }: ReturnType<typeof resourcesIn>) =>
    all('AWS::SNS::Subscription').map(([id]) => id);
  const topicCallers = ({ ofType: all }: ReturnType<typeof resourcesIn>) =>
    all('AWS::Lambda::Permission').flatMap(([, { Properties }]) =>
      Properties.Principal === 'sns.amazonaws.com' ? [Properties.SourceArn] : [],
    );

  test('as many topics as may be listed fit: into the stack, the variables of a function, and its policy', () => {
    const many = synthesizedTemplate({ snsTopics: numbered(300) });
    expect(subscriptions(resourcesIn(many))).toHaveLength(300);
    expect(Object.keys(many.Resources).length).toBeLessThanOrEqual(500);
    const { Environment } = resourcesIn(many).named('AWS::Lambda::Function', 'ReceiveAlarm').Properties;
    expect(JSON.stringify(Environment).length).toBeLessThan(4_096);
    expect(topicCallers(resourcesIn(many))).toEqual([topic.replace(/alarms$/, '*')]);
  });

  test('a topic keeps its subscription when another one goes; each may call by itself while that fits', () => {
    const all = numbered(25);
    const { [Object.keys(all)[0] ?? '']: _, ...rest } = all;
    const [before, after] = [all, rest].map((snsTopics) => resourcesIn(synthesizedTemplate({ snsTopics })));
    if (!before || !after) throw new Error('There are two templates');
    expect(subscriptions(before)).toEqual(expect.arrayContaining(subscriptions(after)));
    expect(subscriptions(after)).toHaveLength(24);
    expect(topicCallers(before).sort()).toEqual(Object.keys(all).sort());
  });
});
