import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, read } from '../../support/reading.ts';
import { alarmEvent, alarmMessage, contributorEvent } from './payloads/cloudwatch.ts';

const arn = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:CheckoutErrors';
const doors = [
  ['EventBridge', alarmEvent],
  ['SNS', alarmMessage],
] as const;

describe.each(doors)('CloudWatch through %s', (_, alarm) => {
  test('an alarm in the normal form', () => {
    expect(firstOf(alarm('ALARM', 'OK'))).toEqual({
      status: 'firing',
      title: 'CheckoutErrors',
      message:
        'More errors than the shop can bear.\n\n' +
        'Threshold Crossed: 1 datapoint [99.5] was greater than the threshold (50.0).',
      severity: 'medium',
      source: 'cloudwatch',
      externalId: arn,
      fingerprint: `v1:cloudwatch:${arn}`,
      occurredAt: '2027-03-01T11:59:00.987Z',
      links: {
        alarm:
          'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/CheckoutErrors',
      },
      labels: { Service: 'checkout', account: '123456789012', region: 'eu-west-1' },
      metadata: expect.objectContaining({ previousState: 'OK', changedAt: '2027-03-01T11:59:00.987Z' }),
    });
  });

  test.each([
    ['ALARM', 'OK', 'firing'],
    ['ALARM', 'INSUFFICIENT_DATA', 'firing'],
    ['OK', 'ALARM', 'resolved'],
    ['OK', 'INSUFFICIENT_DATA', 'resolved'],
    ['INSUFFICIENT_DATA', 'ALARM', 'unknown'],
  ])('%s after %s is %s', (value, before, status) => {
    expect(firstOf(alarm(value, before))).toMatchObject({ status, fingerprint: `v1:cloudwatch:${arn}` });
  });

  test.each(['OK', 'ALARM'])('%s that stays is no news', (value) => {
    expect(read(alarm(value, value))).toMatchObject({ nothing: { code: 'no_change' } });
  });

  test('account, region and name tell alarms apart', () => {
    const places = [{}, { account: '210987654321' }, { region: 'us-east-1' }, { name: 'CartErrors' }];
    expect(new Set(places.map((place) => firstOf(alarm('ALARM', 'OK', place)).fingerprint)).size).toBe(4);
  });
});

describe('CloudWatch', () => {
  test('an alarm that comes through both doors is one occurrence', () => {
    const [event, message] = [firstOf(alarmEvent('ALARM', 'OK')), firstOf(alarmMessage('ALARM', 'OK'))];
    expect(message.fingerprint).toBe(event.fingerprint);
    expect(message.occurredAt).toBe(event.occurredAt);
  });

  test('no state has a start: an alarm has one incident, whatever it goes through until it is over', () => {
    const states = [
      ['ALARM', 'OK'],
      ['INSUFFICIENT_DATA', 'ALARM'],
      ['ALARM', 'INSUFFICIENT_DATA'],
      ['OK', 'ALARM'],
    ] as const;
    for (const [value, before] of states) {
      expect(firstOf(alarmEvent(value, before)).startsAt).toBeUndefined();
      expect(firstOf(alarmMessage(value, before)).startsAt).toBeUndefined();
    }
    expect(firstOf(alarmEvent('OK', 'ALARM')).metadata).toMatchObject({
      previouslyChangedAt: expect.stringMatching(/^2027-/),
    });
  });

  test('the series of one alarm are told apart, the same in both doors', () => {
    const [carts, orders] = [contributorEvent('c1', 'carts'), contributorEvent('c2', 'orders')].map((e) => firstOf(e));
    expect(carts?.fingerprint).toBe(`v1:cloudwatch:${arn}#c1`);
    expect(orders?.fingerprint).not.toBe(carts?.fingerprint);
    expect(carts?.labels).toMatchObject({ TableName: 'carts' });
    const message = alarmMessage('ALARM', 'OK', {}, { AlarmContributorId: 'c1' });
    expect(firstOf(message).fingerprint).toBe(carts?.fingerprint);
  });

  test('tags say severity, service and environment', () => {
    const alarmTags = { severity: 'critical', service: 'checkout', environment: 'production' };
    expect(firstOf(alarmEvent('ALARM', 'OK', {}, { alarmTags }))).toMatchObject(alarmTags);
  });

  test('a composite alarm has a rule, and says who suppresses it', () => {
    const detail = {
      configuration: { alarmRule: 'ALARM(a) OR ALARM(b)', actionsSuppressor: 'Maintenance' },
      state: { value: 'ALARM', actionsSuppressedBy: 'WaitPeriod', timestamp: '2027-03-01T11:59:00.987+0000' },
    };
    expect(firstOf(alarmEvent('ALARM', 'OK', {}, detail))).toMatchObject({
      status: 'firing',
      metadata: { alarmRule: 'ALARM(a) OR ALARM(b)', suppressedBy: 'WaitPeriod' },
    });
  });

  test('a change of configuration is no news', () => {
    const event = { ...alarmEvent('ALARM', 'OK'), 'detail-type': 'CloudWatch Alarm Configuration Change' };
    expect(read(event)).toMatchObject({ nothing: { code: 'no_change' } });
  });

  test('dimensions of several metrics are labels', () => {
    const metric = (name: string) => ({ MetricStat: { Metric: { Dimensions: [{ name, value: 'x' }] } } });
    const message = alarmMessage('ALARM', 'OK', {}, { Trigger: { Metrics: [metric('a'), metric('b'), {}] } });
    expect(firstOf(message).labels).toMatchObject({ a: 'x', b: 'x' });
  });

  test('without an ARN account, region and name make the same key', () => {
    const event = { ...alarmEvent('ALARM', 'OK'), resources: [] };
    expect(firstOf(event).fingerprint).toBe(`v1:cloudwatch:${arn}`);
  });

  test.each([
    ['another state', alarmEvent('FINE', 'OK'), ['detail', 'state', 'value']],
    ['another state in SNS', alarmMessage('FINE', 'OK'), ['NewStateValue']],
    [
      'an alarm without a name',
      { ...alarmEvent('ALARM', 'OK'), resources: null, account: 7, region: '' },
      ['resources'],
    ],
    ['an alarm without a name in SNS', alarmMessage('ALARM', 'OK', {}, { AlarmArn: 'x', Region: '' }), ['AlarmArn']],
  ])('%s is refused, naming the field', (_, body, path) => {
    expect(read(body, 'cloudwatch')).toMatchObject({ code: 'invalid_payload', issues: [{ path }] });
  });
});

describeReads('CloudWatch event', alarmEvent('ALARM', 'OK', {}, { configuration: {} }), [
  ['title', 'detail.alarmName'],
  ['message', 'detail.state.reason'],
  ['severity', 'detail.alarmTags.severity'],
  ['service', 'detail.alarmTags.service', 'detail.alarmTags.Service'],
  ['environment', 'detail.alarmTags.environment', 'detail.alarmTags.env'],
  ['occurredAt', 'detail.state.timestamp'],
  ['labels.team', 'detail.alarmTags.team'],
  ['labels.TableName', 'detail.alarmContributor.attributes.TableName'],
  ['metadata.previousState', 'detail.previousState.value'],
  ['metadata.reasonData', 'detail.state.reasonData'],
  ['metadata.alarmRule', 'detail.configuration.alarmRule'],
  ['metadata.suppressedBy', 'detail.state.actionsSuppressedBy'],
  ['metadata.mutedBy', 'detail.muteDetail.mutedByArn'],
  ['metadata.eventId', 'id'],
  ['metadata.contributor', 'detail.alarmContributor.id'],
  ['metadata.intake.otherFields.novelty', 'novelty'],
]);
describeReads('CloudWatch notification', alarmMessage('ALARM', 'OK', {}, { AlarmDescription: '' }), [
  ['title', 'AlarmName'],
  ['message', 'NewStateReason'],
  ['occurredAt', 'StateChangeTime'],
  ['labels.TableName', 'AlarmContributorAttributes.TableName'],
  ['metadata.previousState', 'OldStateValue'],
  ['metadata.alarmRule', 'AlarmRule'],
  ['metadata.contributor', 'AlarmContributorId'],
  ['metadata.metric', 'Trigger.MetricName'],
  ['metadata.namespace', 'Trigger.Namespace'],
  ['metadata.intake.otherFields.novelty', 'novelty'],
]);

describe('CloudWatch, the rest', () => {
  const message = (changes: object) => firstOf(alarmMessage('ALARM', 'OK', {}, changes));
  const placed = (AlarmArn: string, changes: object = {}) => message({ AlarmArn, AlarmName: 'a b', ...changes });
  const arnIn = (partition: string, region: string) => `arn:${partition}:cloudwatch:${region}:123456789012:alarm:a b`;

  test.each([
    ['aws', 'eu-west-1', true],
    ['aws', 'ap-southeast-2', true],
    ['aws', 'us-iso-east-1', true],
    ['aws-cn', 'cn-north-1', false],
    ['aws-us-gov', 'us-gov-west-1', false],
    ['aws', 'evil.example.com#', false],
    ['aws', 'eu-west-10x', false],
  ])('partition %s, region %s: a link to the console: %s', (partition, region, isLinked) => {
    const { links } = placed(arnIn(partition, region));
    const address = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/a%20b`;
    expect(links).toEqual(isLinked ? { alarm: address } : {});
  });

  test('account and region are those of the ARN, where there is one', () => {
    expect(placed(arnIn('aws', 'eu-west-3'), { AWSAccountId: '7', Region: 'X' }).labels).toMatchObject({
      account: '123456789012',
      region: 'eu-west-3',
    });
  });

  test('the name is that of the alarm, or that of the ARN', () => {
    const event = alarmEvent('ALARM', 'OK', {}, { alarmName: null });
    expect(firstOf(event).title).toBe('CheckoutErrors');
  });

  test.each(['AWSAccountId', 'Region', 'AlarmName'])('without an ARN and without %s there is no key', (field) => {
    const body = alarmMessage('ALARM', 'OK', {}, { AlarmArn: null, [field]: null });
    expect(read(body, 'cloudwatch')).toMatchObject({ issues: [{ path: ['AlarmArn'] }] });
  });

  test('neither description nor reason is no message', () => {
    expect(message({ AlarmDescription: '', NewStateReason: null }).message).toBeUndefined();
  });

  test('the id of an event is the key of its delivery; a notification has none in its message', () => {
    expect(read(alarmEvent('ALARM', 'OK'))).toMatchObject({ deliveryKey: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92' });
    expect(read(alarmMessage('ALARM', 'OK'))).toMatchObject({ deliveryKey: undefined });
  });

  test('what is known of an event or of a notification is no unknown field', () => {
    const known = ['AlarmConfigurationUpdatedTimestamp', 'AlarmActions', 'OKActions', 'InsufficientDataActions'];
    const filled = Object.fromEntries(known.map((name) => [name, ['x']]));
    expect(firstOf(alarmEvent('ALARM', 'OK')).metadata).not.toHaveProperty('intake');
    expect(message(filled).metadata).not.toHaveProperty('intake');
  });

  test('what an alarm looks at is kept for people, if there is anything', () => {
    expect(firstOf(alarmEvent('ALARM', 'OK')).metadata).toMatchObject({ metrics: [{ id: 'm1' }] });
    expect(firstOf(alarmEvent('ALARM', 'OK', {}, { configuration: {} })).metadata).not.toHaveProperty('metrics');
    expect(message({}).metadata).toMatchObject({ trigger: { Threshold: 50 } });
    expect(message({ Trigger: {} }).metadata).not.toHaveProperty('trigger');
  });

  test('dimensions without name or value, and a prototype, are no labels', () => {
    const Dimensions = [{ name: 'a', value: 'x' }, { name: 'b' }, { value: 'c' }, { name: '__proto__', value: 'd' }];
    const { labels } = message({ Trigger: { Dimensions } });
    expect(labels).toEqual({ a: 'x', account: '123456789012', region: 'eu-west-1' });
  });

  test('dimensions and series can be ignored in the key of an alarm', () => {
    const keyOf = (table: string) =>
      firstOf(contributorEvent(table, table), null, { ignoreLabels: ['TableName'] }).fingerprint;
    expect(keyOf('carts')).toBe(keyOf('orders'));
  });
});
