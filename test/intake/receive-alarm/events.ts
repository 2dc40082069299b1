export const topic = 'arn:aws:sns:eu-central-1:111122223333:alarms';

/** What SNS hands to a function. */
export const notification = (message: string, messageId = 'm-1') => ({
  Records: [recordOf(message, messageId)] satisfies [unknown],
});

const recordOf = (message: string, messageId: string) => ({
  EventSource: 'aws:sns' as const,
  EventVersion: '1.0',
  EventSubscriptionArn: `${topic}:1`,
  Sns: {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topic,
    Subject: null,
    Message: message,
    Timestamp: '2027-03-01T12:00:00.000Z',
    MessageAttributes: {},
  },
});

const arn = 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:checkout-errors';
const alarmAt = '2027-03-01T11:59:00.000+0000';

/** What EventBridge hands to a function when an alarm changes its state. */
export const busEvent = (value = 'ALARM', previous = 'OK') => ({
  version: '0',
  id: value === 'ALARM' ? 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92' : '0f6f1f0e-2c0b-4f55-9d1c-6a3d1f0b7e11',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '111122223333',
  time: '2027-03-01T12:00:00Z',
  region: 'eu-central-1',
  resources: [arn],
  detail: {
    alarmName: 'checkout-errors',
    state: {
      value,
      reason: 'Threshold Crossed: 1 datapoint [7.0 (01/03/27 11:58:00)] was greater than the threshold (5.0).',
      reasonData: '{"version":"1.0","threshold":5.0}',
      timestamp: value === 'ALARM' ? alarmAt : '2027-03-01T12:10:00.000+0000',
    },
    previousState: {
      value: previous,
      reason: 'Unchecked',
      timestamp: previous === 'ALARM' ? alarmAt : '2027-03-01T10:00:00.000+0000',
    },
    configuration: {
      description: 'Checkout errors',
      metrics: [
        {
          id: 'm1',
          metricStat: {
            metric: { namespace: 'Shop', name: 'Errors', dimensions: { service: 'checkout' } },
            period: 60,
            stat: 'Sum',
          },
          returnData: true,
        },
      ],
    },
  },
});

/** The same alarm as CloudWatch publishes it to a topic, as JSON text in the message. */
export const topicAlarm = {
  AlarmName: 'checkout-errors',
  AlarmDescription: 'Checkout errors',
  AWSAccountId: '111122223333',
  AlarmConfigurationUpdatedTimestamp: '2027-02-01T12:00:00.000+0000',
  NewStateValue: 'ALARM',
  OldStateValue: 'OK',
  NewStateReason: 'Threshold Crossed: 1 datapoint [7.0 (01/03/27 11:58:00)] was greater than the threshold (5.0).',
  StateChangeTime: '2027-03-01T11:59:00.000+0000',
  Region: 'EU (Frankfurt)',
  AlarmArn: arn,
  OKActions: [],
  AlarmActions: [topic],
  InsufficientDataActions: [],
  Trigger: {
    MetricName: 'Errors',
    Namespace: 'Shop',
    StatisticType: 'Statistic',
    Statistic: 'SUM',
    Dimensions: [{ name: 'service', value: 'checkout' }],
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'missing',
  },
};
