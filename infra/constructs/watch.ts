import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { metricDimensions } from '../../functions/contract/metrics.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { DeadLetterQueues } from './alarm-specs.ts';
import { alarmTopics } from './alarm-topics.ts';
import { Alarms } from './alarms.ts';
import { RelayDashboard } from './dashboard.ts';
import { Heartbeat } from './heartbeat.ts';
import type { RelayApi } from './relay-api.ts';
import type { RelayFunction } from './relay-function.ts';
import type { RelayRunMachine } from './relay-run-machine.ts';
import type { SessionMachine } from './session-machine.ts';
import type { StormMachine } from './storm-machine.ts';

interface WatchedQueue {
  queue: IQueue;
  deadLetters: IQueue;
}

interface Watched {
  config: Configuration;
  api: RelayApi;
  functions: RelayFunction[];
  sweep: RelayFunction;
  writeReport: RelayFunction;
  pollSession: RelayFunction;
  /** Absent where there is no heartbeat. */
  sendHeartbeat: RelayFunction | undefined;
  deliveries: WatchedQueue;
  webhookCalls: WatchedQueue;
  stopped: IQueue;
  alarmDeadLetters: IQueue | undefined;
  machines: { sessions: SessionMachine; runs: RelayRunMachine; storms: StormMachine };
}

/** What tells people how the stack is: the heartbeat, the dashboard, and alarms where somebody is to hear of them. */
export function watch(scope: Construct, watched: Watched): void {
  const { config, api, functions, sweep, writeReport, pollSession, sendHeartbeat, deliveries, webhookCalls } = watched;
  const { sessions, runs, storms } = watched.machines;
  const deadLetters: DeadLetterQueues = {
    deliveries: deliveries.deadLetters,
    webhookCalls: webhookCalls.deadLetters,
    stopped: watched.stopped,
    alarms: watched.alarmDeadLetters,
  };
  const stack = config.stackName;
  if (sendHeartbeat) new Heartbeat(scope, 'Heartbeat', { sender: sendHeartbeat, hooksUrl: api.hooksUrl });
  if (config.dashboard === 'on') {
    new RelayDashboard(scope, 'Overview', {
      ...{ stack, api, pollSession, sessions: sessions.machine, storms: storms.machine },
      dimensions: metricDimensions.filter((dimension) => config.metricDimensions.includes(dimension)),
      queues: [deliveries.queue, webhookCalls.queue],
      deadLetters: Object.values(deadLetters).filter((queue) => queue !== undefined),
    });
  }
  const topics = alarmTopics(scope, config);
  if (topics.length === 0) return;
  new Alarms(scope, 'Alarms', {
    ...{ topics, stack, deadLetters, api, functions, sweep, writeReport },
    deliveries: deliveries.queue,
    machines: [sessions.machine, runs.machine, storms.machine],
    floodUsdPerDay: config.floodUsdPerDay,
    beats: sendHeartbeat !== undefined,
  });
}
