import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { budgetLimits, budgetOwners, openGuards, sessionLimits } from '../../functions/contract/metrics.ts';
import type { ReasonCode } from '../../functions/contract/reason-codes.ts';
import { type AlarmSpec, counted, sumOf } from './alarm-spec.ts';
import type { RelayApi } from './relay-api.ts';
import type { RelayFunction } from './relay-function.ts';

/** What alerts wait for. The sweep measures it, and counts nothing where nothing waits. */
export function heldAlarms(stack: string): AlarmSpec[] {
  const gauge = (name: string) => counted(stack, name, {}, { statistic: Stats.MAXIMUM });
  return [
    {
      name: 'Undecided',
      severity: 'wake',
      meaning: 'accepted alerts are undecided for 15 minutes',
      metric: gauge('Undecided'),
      threshold: 1,
      periods: 3,
    },
    {
      name: 'StormHeld',
      severity: 'wake',
      meaning: 'a storm has held its alerts back for two hours',
      metric: gauge('StormHeldMinutes'),
      threshold: 120,
    },
    {
      name: 'LongPaused',
      severity: 'tomorrow',
      meaning: 'all starts are paused for a day',
      metric: gauge('PausedMinutes'),
      threshold: 1_440,
    },
  ];
}

/** What is used up, or nearly. */
export function budgetAlarms(stack: string): AlarmSpec[] {
  const refused = (scopes: readonly string[]) =>
    sumOf(scopes.flatMap((scope) => budgetLimits.map((limit) => counted(stack, 'BudgetReached', { scope, limit }))));
  return [
    {
      name: 'StackBudgetReached',
      severity: 'wake',
      meaning: 'sessions or dollars of the day are used up for the whole stack: nothing starts any more',
      metric: refused(['stack']),
      threshold: 1,
      section: 'BudgetReached',
    },
    {
      name: 'BudgetReached',
      severity: 'tomorrow',
      meaning: 'sessions or dollars of the day are used up for a rule, a service or an integration',
      metric: refused(budgetOwners.filter((owner) => owner !== 'stack')),
      threshold: 1,
    },
    {
      name: 'SessionNearLimit',
      severity: 'tomorrow',
      meaning: 'a session has used nine tenths of its polls, or of another limit of its rule',
      metric: sumOf(sessionLimits.map((limit) => counted(stack, 'NearLimit', { limit }))),
      threshold: 1,
    },
  ];
}

/** What the catalogue sends nowhere: each such alert has no session until somebody writes an entry. */
export const serviceAlarm = (stack: string): AlarmSpec => ({
  name: 'NoService',
  severity: 'tomorrow',
  meaning: 'an alert is of a service that the catalogue has no entry for, and nothing starts for it',
  metric: sumOf([
    counted(stack, 'Decisions', { reason: 'no_service' satisfies ReasonCode }),
    counted(stack, 'NoServiceLater'),
  ]),
  threshold: 1,
});

export const guardAlarm = (stack: string): AlarmSpec => ({
  name: 'FailedOpen',
  severity: 'tomorrow',
  meaning: 'a limit or a check could not be asked, and was gone on without',
  metric: sumOf(openGuards.map((guard) => counted(stack, 'FailedOpen', { guard }))),
  threshold: 1,
});

const FLOOD_PERIOD = Duration.minutes(15);
const FLOOD_PERIODS_A_DAY = 96;

/** Requests by what they would cost in a day, answered or refused. `requestUsd`: what one costs. */
export const floodAlarm = (api: RelayApi, requestUsd: number, usdPerDay: number): AlarmSpec => ({
  name: 'IntakeFlood',
  severity: 'wake',
  meaning: `the requests of a quarter of an hour would cost $${usdPerDay} a day or more`,
  metric: costOf(api.requests(FLOOD_PERIOD), requestUsd * FLOOD_PERIODS_A_DAY),
  threshold: usdPerDay,
});

const costOf = (requests: IMetric, usd: number): IMetric =>
  new MathExpression({
    // Not as 1e-7, which the expression does not take.
    expression: `FILL(m0, 0) * ${usd.toFixed(9)}`,
    usingMetrics: { m0: requests },
    period: FLOOD_PERIOD,
    label: 'US dollars a day',
  });

/** Three sweeps: one may be late, or find another one under way. */
const SILENT_PERIOD = Duration.minutes(15);

/** What measures, and ends what nobody else does, is looked after too. */
export const silentAlarm = (sweep: RelayFunction): AlarmSpec => ({
  name: 'SweepSilent',
  severity: 'wake',
  meaning: 'the sweep has not run for a quarter of an hour',
  metric: sweep.lambda.metricInvocations({ period: SILENT_PERIOD }),
  threshold: 1,
  absence: true,
});

/** Three beats: one may be late. It is counted once it is decided: the door, the queue and the router are at work. */
export const heartbeatAlarm = (stack: string): AlarmSpec => ({
  name: 'HeartbeatMissing',
  severity: 'wake',
  meaning: 'no test alert has come through for a quarter of an hour',
  metric: counted(stack, 'Heartbeats', {}, { period: SILENT_PERIOD }),
  threshold: 1,
  absence: true,
});
