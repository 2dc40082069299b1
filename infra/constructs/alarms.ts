import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { requestUsd } from '../costs/request.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import {
  type DeadLetterQueues,
  deadLetterAlarms,
  intakeAlarms,
  outcomeAlarms,
  reportAlarm,
  sweepAlarm,
  throttleAlarms,
} from './alarm-specs.ts';
import type { RelayApi } from './relay-api.ts';
import type { RelayFunction } from './relay-function.ts';
import {
  budgetAlarms,
  floodAlarm,
  guardAlarm,
  heartbeatAlarm,
  heldAlarms,
  serviceAlarm,
  silentAlarm,
} from './watch-alarms.ts';

interface AlarmsProps {
  topics: ITopic[];
  /** Name of the stack, by which its counts are told from those of another. */
  stack: string;
  deadLetters: DeadLetterQueues;
  deliveries: IQueue;
  api: RelayApi;
  functions: RelayFunction[];
  sweep: RelayFunction;
  writeReport: RelayFunction;
  machines: IStateMachine[];
  floodUsdPerDay: number;
  /** There is a heartbeat to be missed. */
  beats: boolean;
}

/** What a person has to hear of. A section of the runbook says of each what it means and what to do. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { topics, stack, api, deadLetters, functions, machines, sweep, writeReport, floodUsdPerDay, beats } = props;
    const actions = topics.map((topic) => new SnsAction(topic));
    const specs = [
      ...deadLetterAlarms(deadLetters),
      ...intakeAlarms(stack, props),
      ...outcomeAlarms(stack),
      ...throttleAlarms(functions, machines),
      ...heldAlarms(stack),
      ...budgetAlarms(stack),
      serviceAlarm(stack),
      guardAlarm(stack),
      floodAlarm(api, requestUsd, floodUsdPerDay),
      sweepAlarm(stack),
      reportAlarm(writeReport),
      silentAlarm(sweep),
      ...(beats ? [heartbeatAlarm(stack)] : []),
    ];
    for (const spec of specs) this.#add(spec, stack).addAlarmAction(...actions);
  }

  #add({ name, metric, threshold, periods = 1, absence = false, ...said }: AlarmSpec, stack: string): Alarm {
    const alarmName = `${stack}-${name}`;
    return new Alarm(this, name, {
      alarmName,
      alarmDescription: textOf({ name, ...said }, consoleOf(this, alarmName)),
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: absence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: absence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}

const severities = { wake: 'WAKE', tomorrow: 'LOOK TOMORROW' };

/** SNS tells it with the alarm. */
function textOf(
  { name, section = name, severity, meaning }: Omit<AlarmSpec, 'metric' | 'threshold' | 'periods' | 'absence'>,
  consoleUrl: string,
): string {
  const runbook = `infra/RUNBOOK.md#${section.toLowerCase()}`;
  return `opencode-relay, ${severities[severity]}: ${meaning}. What to do: ${runbook} Graph: ${consoleUrl}`;
}

function consoleOf(scope: Construct, alarmName: string): string {
  const { region } = Stack.of(scope);
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${alarmName}`;
}
