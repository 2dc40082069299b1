import { heartbeat } from '../../functions/contract/heartbeat.ts';
import { sweepMinutes } from '../../functions/contract/sweep.ts';
import { type FunctionName, memoryMiBOf } from '../functions.ts';
import { prices } from './prices.ts';

interface TableUnits {
  reads: number;
  writes: number;
}

/** What the stack asks of AWS by itself, as a test counts it. */
export interface Quantities {
  /** Of one delivery with one alert, at the door and in routing; a session is made of it. */
  door: TableUnits;
  routing: TableUnits;
  sweep: TableUnits;
  /** Without its polls. `functions`: each call of one; `tableCalls`: each is taken for a write. */
  session: { transitions: number; functions: FunctionName[]; tableCalls: number; logBytes: number };
  poll: { transitions: number; tableCalls: number; logBytes: number };
  /** Secrets of the template, and metrics of its alarms. */
  secrets: number;
  alarmMetrics: number;
}

/** A month of somebody's stack. */
export interface Scenario {
  alertsADay: number;
  sessionsADay: number;
}

/** What an estimate takes for granted, beside what is counted. */
export const assumed = {
  pollsPerSession: 40,
  rules: 5,
  integrations: 2,
  signedHooks: 4,
  reasons: 8,
  outcomes: 5,
  /** A call of a function holds the function's memory for so many seconds. */
  callSeconds: 0.1,
  /** What a function, and Lambda for it, writes of one call, and the API of one request. */
  callLogBytes: 1_500,
  requestLogBytes: 350,
  /** An idle queue is asked by five consumers at once, for 20 s each time. */
  queues: 2,
  pollersPerQueue: 5,
  /** X-Ray records one call a second, and one of twenty beyond. */
  tracedPart: 0.05,
} as const;

/** Units of what a page is made of: the job twice, of up to 12 KB, its alert and its decisions. */
const PAGE_READS = 10;
const DAYS = 30;
const MINUTES = DAYS * 24 * 60;

export interface CostLine {
  what: string;
  quantity: number;
  unit: string;
  usd: number;
}

/** What a month costs, line by line. */
export function monthOf(scenario: Scenario, quantities: Quantities): CostLine[] {
  const beats = MINUTES / heartbeat.minutes;
  const sweeps = MINUTES / sweepMinutes;
  const alerts = scenario.alertsADay * DAYS;
  const sessions = scenario.sessionsADay * DAYS;
  const polls = sessions * assumed.pollsPerSession;
  const { door, routing, sweep, session, poll } = quantities;
  const deliveries = alerts + beats;
  const called: [FunctionName, number][] = [
    ['receive-alert', deliveries],
    ['route-alert', deliveries],
    ['send-heartbeat', beats],
    ['sweep', sweeps],
    ...session.functions.map((name): [FunctionName, number] => [name, sessions]),
    ['poll-session', polls],
    ['write-report', sessions],
  ];
  const calls = called.reduce((sum, [, count]) => sum + count, 0);
  const callGb = called.reduce((sum, [name, count]) => sum + count * (memoryMiBOf(name) / 1_024), 0);
  const transitions = sessions * session.transitions + polls * poll.transitions;
  const logs =
    calls * assumed.callLogBytes +
    deliveries * assumed.requestLogBytes +
    sessions * session.logBytes +
    polls * poll.logBytes;
  const tableWrites =
    deliveries * (door.writes + routing.writes) +
    sweeps * sweep.writes +
    sessions * session.tableCalls +
    polls * poll.tableCalls;
  const idle = ((assumed.queues * assumed.pollersPerQueue * 60) / 20) * MINUTES;
  const reads = deliveries * (door.reads + routing.reads) + sweeps * sweep.reads + sessions * PAGE_READS;
  const line = (what: string, quantity: number, price: { usd: number; unit: string }): CostLine => ({
    what,
    quantity,
    unit: price.unit,
    usd: quantity * price.usd,
  });
  return [
    line('secrets', secretsOf(quantities), prices.secretMonth),
    line('series of metrics', seriesOf(scenario), prices.metricMonth),
    line('metrics of alarms', quantities.alarmMetrics, prices.alarmMetricMonth),
    line('requests of the queues', idle + 3 * deliveries, prices.queueRequest),
    line('requests of the API', deliveries, prices.httpApiRequest),
    line('calls of functions', calls, prices.lambdaRequest),
    line('time of functions', callGb * assumed.callSeconds, prices.lambdaGbSecond),
    line('transitions', transitions, prices.transition),
    line('writes of the table', tableWrites, prices.tableWrite),
    line('reads of the table', reads, prices.tableRead),
    line('logs', logs / 1e9, prices.logGb),
    line('calls of Secrets Manager', beats + 5 * sessions, prices.secretCall),
    // Patch, answer, manifest and page.
    line('results', 4 * sessions, prices.bucketPut),
    line('outcome events', sessions, prices.busEvent),
    line('calls of the scheduler', beats, prices.schedulerCall),
    line('traces', assumed.tracedPart * calls, prices.trace),
  ];
}

export const totalOf = (lines: CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

const secretsOf = ({ secrets }: Quantities): number => secrets + assumed.integrations + assumed.signedHooks;

/** In a month in which each of them counts something every hour; what does not happen costs nothing. */
function seriesOf({ alertsADay, sessionsADay }: Scenario): number {
  const heartbeats = 1;
  const ofAlerts = alertsADay === 0 ? 0 : 4 + assumed.reasons;
  // Ends by outcome, minutes, and cost and tokens of all, of each rule and of each integration.
  const ofSessions = sessionsADay === 0 ? 0 : assumed.outcomes + 1 + 2 * (1 + assumed.rules + assumed.integrations);
  return heartbeats + ofAlerts + ofSessions;
}
