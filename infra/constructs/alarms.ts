import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RelayApi } from './relay-api.ts';

/** Deliveries are routed within seconds; what waits for so long waits for somebody. */
const LATE_SECONDS = 600;
const PERIOD = Duration.minutes(5);

interface AlarmsProps {
  topicArn: string;
  /** Queues that hold what nobody tries any more, by what is in them. */
  deadLetters: Record<string, IQueue>;
  deliveries: IQueue;
  api: RelayApi;
}

/** What a person has to hear of, since nothing in the stack brings it back. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { topicArn, deadLetters, deliveries, api }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn));
    const alarm = (name: string, alarmDescription: string, metric: IMetric, threshold: number) =>
      new Alarm(this, name, {
        alarmDescription: `opencode-relay: ${alarmDescription}`,
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(action);
    for (const [name, queue] of Object.entries(deadLetters)) {
      const metric = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' });
      alarm(`${name}DeadLetters`, `dead letters of ${name}: see why, then send them again`, metric, 1);
    }
    const age = deliveries.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' });
    alarm(
      'LateDeliveries',
      `a delivery has waited for ${LATE_SECONDS / 60} minutes: see the log of route-alert`,
      age,
      LATE_SECONDS,
    );
    alarm(
      'ServerErrors',
      'hooks or management answered 5xx: see the log of receive-alert',
      api.serverErrors(PERIOD),
      1,
    );
  }
}
