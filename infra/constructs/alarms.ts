import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  type AlarmSpec,
  type DeadLetterQueues,
  deadLetterAlarms,
  intakeAlarms,
  outcomeAlarms,
  sweepAlarm,
  throttleAlarms,
} from './alarm-specs.ts';
import type { RelayApi } from './relay-api.ts';
import type { RelayFunction } from './relay-function.ts';

interface AlarmsProps {
  topicArn: string;
  /** Name of the stack, by which its counts are told from those of another. */
  stack: string;
  deadLetters: DeadLetterQueues;
  deliveries: IQueue;
  api: RelayApi;
  functions: RelayFunction[];
  machines: IStateMachine[];
}

/** What a person has to hear of. A section of the runbook says of each what it means and what to do. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { topicArn, stack, deadLetters, functions, machines } = props;
    const action = new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn));
    const specs = [
      ...deadLetterAlarms(deadLetters),
      ...intakeAlarms(stack, props),
      ...outcomeAlarms(stack),
      ...throttleAlarms(functions, machines),
      sweepAlarm(stack),
    ];
    for (const { name, metric, threshold, ...said } of specs) {
      new Alarm(this, name, {
        alarmDescription: textOf({ name, ...said }),
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(action);
    }
  }
}

const severities = { wake: 'WAKE', tomorrow: 'LOOK TOMORROW' };

/** SNS tells it with the alarm. */
function textOf({ name, section = name, severity, meaning }: Omit<AlarmSpec, 'metric' | 'threshold'>): string {
  const runbook = `infra/RUNBOOK.md#${section.toLowerCase()}`;
  return `opencode-relay, ${severities[severity]}: ${meaning}. What to do: ${runbook}`;
}
