import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { MetricDimension } from '../../functions/contract/metrics.ts';
import { metricNamespace } from '../../functions/contract/metrics.ts';
import { counted, PERIOD } from './alarm-spec.ts';
import type { RelayApi } from './relay-api.ts';
import type { RelayFunction } from './relay-function.ts';

interface DashboardProps {
  /** Name of the stack, by which its counts are told from those of another. */
  stack: string;
  /** What costs are told apart by. */
  dimensions: readonly MetricDimension[];
  api: RelayApi;
  pollSession: RelayFunction;
  queues: IQueue[];
  deadLetters: IQueue[];
  sessions: IStateMachine;
  storms: IStateMachine;
}

const HEIGHT = 6;
/** A dashboard is 24 wide: three graphs in a row. */
const WIDTH = 8;
const DAY = Duration.days(1);

/** Answers at a glance whether it works, what it costs and what is stuck: a row of graphs for each. */
export class RelayDashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: props.stack,
      defaultInterval: Duration.days(7),
      widgets: [
        [heading('Is it working?')],
        works(props),
        [heading('What does it cost?')],
        costs(props),
        [heading('What is stuck?')],
        stuck(props),
      ],
    });
  }
}

const heading = (question: string): IWidget => new TextWidget({ markdown: `## ${question}`, width: 24, height: 1 });

const works = ({ stack, api, pollSession }: DashboardProps): IWidget[] => [
  graph('Accepted alerts, and the heartbeat', [
    counted(stack, 'AlertsAccepted'),
    counted(stack, 'Entries'),
    counted(stack, 'Heartbeats'),
  ]),
  graph('Decided, by reason', [all(stack, 'Decisions', ['reason'])]),
  graph('Sessions ended, by outcome', [all(stack, 'SessionsEnded', ['outcome'])]),
  graph('Minutes from the alert to its outcome', [
    counted(stack, 'SessionMinutes', {}, { statistic: Stats.percentile(50) }),
    counted(stack, 'SessionMinutes', {}, { statistic: Stats.percentile(90) }),
  ]),
  graph('Polls, and their errors', [
    pollSession.lambda.metricInvocations({ period: PERIOD }),
    pollSession.lambda.metricErrors({ period: PERIOD }),
  ]),
  graph('Refused at the door, and our own errors', [
    all(stack, 'DeliveriesRefused', ['code']),
    all(stack, 'RequestsRefused', ['code']),
    api.serverErrors(PERIOD),
  ]),
];

/** By day, and by whatever costs are told apart by. */
function costs({ stack, dimensions }: DashboardProps): IWidget[] {
  const by = dimensions.filter((dimension) => dimension !== 'relay');
  const spent = (name: string) => [
    counted(stack, name, {}, { period: DAY }),
    ...by.map((dimension) => all(stack, name, [dimension], { period: DAY })),
  ];
  return [
    graph('US dollars a day', spent('SessionCostUsd')),
    graph('Tokens a day', spent('SessionTokens')),
    graph('Budgets of the day, used in percent', [
      all(stack, 'BudgetUsed', ['scope', 'limit'], { statistic: Stats.MAXIMUM }),
      all(stack, 'BudgetReached', ['scope', 'limit']),
    ]),
  ];
}

const stuck = ({ stack, queues, deadLetters, sessions, storms }: DashboardProps): IWidget[] => [
  graph(
    'Seconds that the oldest message waits',
    queues.map((queue) => queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM })),
  ),
  graph(
    'Dead letters',
    deadLetters.map((queue) =>
      queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM }),
    ),
  ),
  graph(
    'Undecided, waiting for a slot; minutes held, minutes paused',
    ['Undecided', 'SessionsWaiting', 'StormHeldMinutes', 'PausedMinutes'].map((name) =>
      counted(stack, name, {}, { statistic: Stats.MAXIMUM }),
    ),
  ),
  graph('Storms, begun and failed', [
    storms.metricStarted({ period: PERIOD }),
    storms.metricFailed({ period: PERIOD }),
  ]),
  graph('Sessions begun, and held back by Step Functions', [
    sessions.metricStarted({ period: PERIOD }),
    sessions.metricThrottled({ period: PERIOD }),
  ]),
  graph('Near a limit, failed open, found by the sweep', [
    all(stack, 'NearLimit', ['limit']),
    all(stack, 'FailedOpen', ['guard']),
    all(stack, 'Swept', ['kind']),
  ]),
];

const graph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: WIDTH, height: HEIGHT });

/** Every series of a count by these dimensions, whatever their values; looking for them costs nothing. */
function all(
  stack: string,
  name: string,
  dimensions: string[],
  { statistic = Stats.SUM, period = PERIOD }: { statistic?: string; period?: Duration } = {},
): MathExpression {
  const schema = [metricNamespace, ...[...dimensions, 'service', 'stack'].sort()].join(',');
  const wanted = `{${schema}} MetricName="${name}" stack="${stack}"`;
  return new MathExpression({
    expression: `SEARCH('${wanted}', '${statistic}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
}
