interface Place {
  account?: string;
  region?: string;
  name?: string;
}
const arnOf = ({ account = '123456789012', region = 'eu-west-1', name = 'CheckoutErrors' }: Place): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

const alarmTime = { began: '2027-03-01T11:59:00.987+0000', ended: '2027-03-01T12:20:00.000+0000' };

/** The event on the default bus. */
export const alarmEvent = (value: string, before: string, place: Place = {}, detail: object = {}): object => ({
  version: '0',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: place.account ?? '123456789012',
  time: '2027-03-01T11:59:00Z',
  region: place.region ?? 'eu-west-1',
  resources: [arnOf(place)],
  detail: {
    alarmName: place.name ?? 'CheckoutErrors',
    configuration: {
      description: 'More errors than the shop can bear.',
      metrics: [
        {
          id: 'm1',
          metricStat: {
            metric: { namespace: 'Shop', name: 'Errors', dimensions: { Service: 'checkout' } },
            period: 60,
            stat: 'Sum',
          },
          returnData: true,
        },
      ],
    },
    previousState: {
      value: before,
      reason: 'Before',
      timestamp: before === 'ALARM' ? alarmTime.began : alarmTime.ended,
    },
    state: {
      value,
      reason: 'Threshold Crossed: 1 datapoint [99.5] was greater than the threshold (50.0).',
      reasonData: '{"version":"1.0","threshold":50.0}',
      timestamp: value === 'ALARM' ? alarmTime.began : alarmTime.ended,
    },
    ...detail,
  },
});

/** The event of one series of an alarm over many. */
export const contributorEvent = (id: string, table: string): object =>
  alarmEvent(
    'ALARM',
    '',
    {},
    {
      alarmContributor: { id, attributes: { TableName: table } },
      previousState: undefined,
      configuration: { metrics: [] },
    },
  );

/** The `Message` of an SNS notification. */
export const alarmMessage = (value: string, before: string, place: Place = {}, changes: object = {}): object => ({
  AlarmName: place.name ?? 'CheckoutErrors',
  AlarmDescription: 'More errors than the shop can bear.',
  AWSAccountId: place.account ?? '123456789012',
  AlarmConfigurationUpdatedTimestamp: '2027-01-01T00:00:00.000+0000',
  NewStateValue: value,
  NewStateReason: 'Threshold Crossed: 1 datapoint [99.5] was greater than the threshold (50.0).',
  StateChangeTime: value === 'ALARM' ? alarmTime.began : alarmTime.ended,
  Region: 'EU (Ireland)',
  AlarmArn: arnOf(place),
  OldStateValue: before,
  OKActions: [],
  AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:alarms'],
  InsufficientDataActions: [],
  Trigger: {
    MetricName: 'Errors',
    Namespace: 'Shop',
    StatisticType: 'Statistic',
    Statistic: 'SUM',
    Dimensions: [{ name: 'Service', value: 'checkout' }],
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 50,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'missing',
  },
  ...changes,
});
