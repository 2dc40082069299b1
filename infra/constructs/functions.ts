import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { pollTimeoutSeconds } from '../../functions/contract/limits.ts';
import type { Bundles, FunctionName } from '../bundle.ts';
import { RelayFunction, type RelayFunctionProps } from './relay-function.ts';

export interface FunctionsProps {
  bundles: Bundles;
  logRetention: RetentionDays;
  stoppedDeadLetters: IQueue;
  /** Absent where no door for alarms is open: then there is no receive-alarm. */
  alarmDeadLetters?: IQueue | undefined;
}

/** Memory buys CPU: 512 MiB is 0.29 of a core. A cold receive-alert has to answer within a second. */
const MEMORY_MIB = 512;

/**
 * All functions with their time-outs. What talks to an OpenCode server makes several calls in a row, each of which may be
 * slow: a time-out here is the last resort, long after the driver has given up by itself and said why.
 */
export function createFunctions(scope: Construct, props: FunctionsProps) {
  const { bundles, logRetention, stoppedDeadLetters, alarmDeadLetters } = props;
  const define = (
    id: string,
    name: FunctionName,
    settings: Pick<RelayFunctionProps, 'description' | 'timeoutSeconds'> & Partial<RelayFunctionProps>,
  ) =>
    new RelayFunction(scope, id, {
      folder: bundles[name].folder,
      memoryMiB: MEMORY_MIB,
      logRetention,
      sourceMaps: true,
      ...settings,
    });
  return {
    receiveAlert: define('ReceiveAlert', 'receive-alert', {
      description: 'Checks, parses and queues what monitoring posts to a hook',
      timeoutSeconds: 10,
      // The one function whose cold start a sender waits for.
      sourceMaps: false,
    }),
    receiveAlarm:
      alarmDeadLetters &&
      define('ReceiveAlarm', 'receive-alarm', {
        description: 'Parses and queues what EventBridge and SNS bring',
        timeoutSeconds: 30,
        deadLetterQueue: alarmDeadLetters,
      }),
    routeAlert: define('RouteAlert', 'route-alert', {
      description: 'Decides per alert and rule, and starts executions',
      timeoutSeconds: 90,
    }),
    manage: define('Manage', 'manage', {
      description: 'Management API under /v0',
      // The SDK gives up after 10 s.
      timeoutSeconds: 10,
    }),
    checkServers: define('CheckServers', 'check-servers', {
      description: 'Looks at the OpenCode servers of rules for manage, which may not read their passwords',
      // Its caller answers within 10 s, and gives up on it before this.
      timeoutSeconds: 8,
    }),
    createSession: define('CreateSession', 'create-session', {
      description: 'State "Create session": preflight, workspace, session',
      timeoutSeconds: 120,
    }),
    sendPrompt: define('SendPrompt', 'send-prompt', {
      description: 'State "Send prompt"',
      timeoutSeconds: 60,
    }),
    pollSession: define('PollSession', 'poll-session', {
      description: 'State "Poll session": one look, one verdict',
      timeoutSeconds: pollTimeoutSeconds,
    }),
    abortSession: define('AbortSession', 'abort-session', {
      description: 'State "Abort session"',
      timeoutSeconds: 90,
    }),
    collectResult: define('CollectResult', 'collect-result', {
      description: 'States "Collect result" and "Record outcome"',
      timeoutSeconds: 180,
    }),
    decideStep: define('DecideStep', 'decide-step', {
      description: 'State "Decide step" of relay runs: what the rule whose turn it is does with the alert',
      timeoutSeconds: 60,
    }),
    runStopped: define('RunStopped', 'run-stopped', {
      description: 'Settles what a relay run that was stopped or failed had still before it',
      // Up to 300 turns of a few calls each.
      timeoutSeconds: 120,
      deadLetterQueue: stoppedDeadLetters,
    }),
    checkStorm: define('CheckStorm', 'check-storm', {
      description: 'State "Check storm": lets what is held go one by one, or waits for a storm to calm down',
      timeoutSeconds: 60,
    }),
    triageStorm: define('TriageStorm', 'triage-storm', {
      description: 'State "Triage storm": gathers a storm for one session',
      // 10,000 alerts are some 200 batches to read.
      timeoutSeconds: 120,
    }),
    recordRootCause: define('RecordRootCause', 'record-root-cause', {
      description: 'State "Record root cause"',
      timeoutSeconds: 60,
    }),
    stormStopped: define('StormStopped', 'storm-stopped', {
      description: 'Ends the hold of a storm whose execution was stopped or failed',
      timeoutSeconds: 60,
      deadLetterQueue: stoppedDeadLetters,
    }),
    callWebhook: define('CallWebhook', 'call-webhook', {
      description: 'Sends the calls of webhook rules, signed',
      // A call may take 300 s.
      timeoutSeconds: 330,
    }),
    sessionStopped: define('SessionStopped', 'session-stopped', {
      description: 'Aborts the session of a stopped execution, collects what there is and records the outcome',
      // Abort and collect in one.
      timeoutSeconds: 270,
      deadLetterQueue: stoppedDeadLetters,
    }),
  };
}
