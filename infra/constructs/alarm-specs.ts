import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type RequestRefusal, sweptKinds, unauthorizedCodes } from '../../functions/contract/metrics.ts';
import type { Outcome } from '../../functions/contract/outcomes.ts';
import { type AlarmSpec, counted, PERIOD, sumOf } from './alarm-spec.ts';
import type { RelayApi } from './relay-api.ts';
import type { RelayFunction } from './relay-function.ts';

/** Deliveries are routed within seconds; what waits for so long waits for somebody. */
const LATE_SECONDS = 600;
/** In a period: a sender with a stale key comes again and again, and a stray request does not. */
const UNAUTHORIZED = 20;

export interface DeadLetterQueues {
  deliveries: IQueue;
  webhookCalls: IQueue;
  stopped: IQueue;
  /** Absent where no door for alarms is open. */
  alarms: IQueue | undefined;
}

/** Queues that hold what nobody tries any more. */
export function deadLetterAlarms({ deliveries, webhookCalls, stopped, alarms }: DeadLetterQueues): AlarmSpec[] {
  const holds = (name: string, severity: AlarmSpec['severity'], meaning: string, queue: IQueue): AlarmSpec => {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
    return { name, severity, meaning, metric, threshold: 1 };
  };
  const lost = 'alarms of CloudWatch or SNS were not taken, and nobody sends them again';
  return [
    holds('DeliveryDeadLetters', 'wake', 'deliveries could not be routed after all tries', deliveries),
    holds('WebhookDeadLetters', 'tomorrow', 'calls of webhook rules were refused or given up', webhookCalls),
    holds('StoppedDeadLetters', 'wake', 'an end could not be handled: a session may still be at work', stopped),
    ...(alarms ? [holds('AlarmDeadLetters', 'wake', lost, alarms)] : []),
  ];
}

/** On the way from a sender to a decision. */
export function intakeAlarms(stack: string, { api, deliveries }: { api: RelayApi; deliveries: IQueue }): AlarmSpec[] {
  return [
    {
      name: 'LateDeliveries',
      severity: 'wake',
      meaning: `a delivery has waited for ${LATE_SECONDS / 60} minutes`,
      metric: deliveries.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM }),
      threshold: LATE_SECONDS,
    },
    {
      name: 'ServerErrors',
      severity: 'wake',
      meaning: 'hooks or management answered 5xx',
      metric: api.serverErrors(PERIOD),
      threshold: 1,
    },
    {
      name: 'UnauthorizedDeliveries',
      severity: 'wake',
      meaning: `${UNAUTHORIZED} deliveries in five minutes were refused with 401`,
      metric: sumOf(unauthorizedCodes.map((code) => counted(stack, 'DeliveriesRefused', { code }))),
      threshold: UNAUTHORIZED,
    },
    {
      name: 'UnauthorizedRequests',
      severity: 'tomorrow',
      meaning: `${UNAUTHORIZED} requests in five minutes came to the management API without a token of its own`,
      metric: counted(stack, 'RequestsRefused', { code: 'unauthorized' satisfies RequestRefusal }),
      threshold: UNAUTHORIZED,
    },
  ];
}

/** Ends of sessions that say nothing of their alerts, and that somebody has to mend. */
export function outcomeAlarms(stack: string): AlarmSpec[] {
  const ended = (name: string, severity: AlarmSpec['severity'], meaning: string, outcome: Outcome): AlarmSpec => {
    const metric = counted(stack, 'SessionsEnded', { outcome });
    return { name, severity, meaning, metric, threshold: 1 };
  };
  return [
    ended('RelayFailed', 'wake', 'a session ended since opencode-relay or AWS failed for an hour', 'relay_failed'),
    ended('ServerUnreachable', 'tomorrow', 'an OpenCode server could not be reached', 'server_unreachable'),
    ended('CredentialsRejected', 'tomorrow', 'an OpenCode server rejected its password', 'credentials_rejected'),
  ];
}

/** Concurrency, or transitions, that the account did not give. */
export function throttleAlarms(functions: RelayFunction[], machines: IStateMachine[]): AlarmSpec[] {
  const rooms = Map.groupBy(functions, ({ room }) => room);
  const ofRooms = [...rooms].map(
    ([room, members]): AlarmSpec => ({
      name: `${room.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Throttled`,
      severity: room === 'intake' ? 'wake' : 'tomorrow',
      meaning: `Lambda has refused calls of functions of functions/${room}`,
      metric: sumOf(members.map(({ lambda }) => lambda.metricThrottles({ period: PERIOD }))),
      threshold: 1,
      section: 'FunctionsThrottled',
    }),
  );
  return [
    ...ofRooms,
    {
      name: 'MachinesThrottled',
      severity: 'tomorrow',
      meaning: 'Step Functions has held executions back',
      metric: sumOf(machines.map((machine) => machine.metricThrottled({ period: PERIOD }))),
      threshold: 1,
    },
  ];
}

/** A page that was not made when its session ended is made when somebody asks for it. */
export const reportAlarm = ({ lambda }: RelayFunction): AlarmSpec => ({
  name: 'ReportsMissing',
  severity: 'tomorrow',
  meaning: 'the page of a session could not be made',
  metric: lambda.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
});

/** Some `leftovers` are ordinary: each session that was stopped is looked at once more. */
export const sweepAlarm = (stack: string): AlarmSpec => ({
  name: 'SweepFound',
  severity: 'tomorrow',
  meaning: 'the sweep has found what ended without a word, or could not look',
  metric: sumOf(sweptKinds.filter((kind) => kind !== 'leftovers').map((kind) => counted(stack, 'Swept', { kind }))),
  threshold: 1,
});
