import { pollTimeoutSeconds } from '../functions/contract/limits.ts';

export interface FunctionSpec {
  /** The folder of its entry point below `functions/`: the machine, or the side of the system, that it serves. */
  room: 'intake' | 'session' | 'relay-run' | 'storm' | 'api' | 'upkeep';
  description: string;
  timeoutSeconds: number;
  /** Memory buys CPU: a whole core at 1,769 MiB. Else 512, which is 0.29 of one. Why: `infra/FUNCTIONS.md`. */
  memoryMiB?: number;
  /** Names the sources in stack traces, for 10 ms of each cold start. Else true. */
  sourceMaps?: boolean;
  /**
   * Calls addresses that rules name: stands in the network that is configured for them, with its authorities, client
   * certificate and proxy.
   */
  callsOut?: true;
  /** Only where the configuration has it on. */
  optional?: 'heartbeat';
  /** Where an asynchronous call goes that failed for good. */
  deadLetters?: 'stopped' | 'alarms';
}

/**
 * All functions by the name of their folder. What talks to an OpenCode server makes several calls in a row, each of
 * which may be slow: a time-out here is the last resort, long after the driver has given up by itself and said why.
 */
export const functionSpecs = {
  'receive-alert': {
    room: 'intake',
    description: 'Checks, parses and queues what monitoring posts to a hook',
    timeoutSeconds: 10,
    // The one function whose cold start a sender waits for.
    sourceMaps: false,
  },
  'receive-alarm': {
    room: 'intake',
    description: 'Parses and queues what EventBridge and SNS bring',
    timeoutSeconds: 30,
    deadLetters: 'alarms',
  },
  'route-alert': {
    room: 'intake',
    description: 'Decides per alert and rule, and starts executions',
    timeoutSeconds: 90,
    memoryMiB: 1_769,
  },
  manage: {
    room: 'api',
    description: 'Management API under /v0',
    // The SDK gives up after 10 s.
    timeoutSeconds: 10,
  },
  'check-servers': {
    room: 'api',
    description: 'Looks at the OpenCode servers of rules for manage, which may not read their passwords',
    // Its caller answers within 10 s, and gives up on it before this.
    timeoutSeconds: 8,
    callsOut: true,
  },
  'create-session': {
    room: 'session',
    description: 'State "Create session": preflight, workspace, session',
    timeoutSeconds: 120,
    callsOut: true,
  },
  'send-prompt': {
    room: 'session',
    description: 'State "Send prompt"',
    timeoutSeconds: 60,
    callsOut: true,
  },
  'poll-session': {
    room: 'session',
    description: 'State "Poll session": one look, one verdict',
    timeoutSeconds: pollTimeoutSeconds,
    callsOut: true,
  },
  'abort-session': {
    room: 'session',
    description: 'State "Abort session"',
    timeoutSeconds: 90,
    callsOut: true,
  },
  'collect-result': {
    room: 'session',
    description: 'States "Collect result" and "Record outcome"',
    timeoutSeconds: 180,
    memoryMiB: 1_024,
    callsOut: true,
  },
  'verify-patch': {
    room: 'session',
    description: 'States "Start checks" and "Look at checks": commands of the rule on what the agent has changed',
    timeoutSeconds: 120,
    callsOut: true,
  },
  'send-findings': {
    room: 'session',
    description: 'State "Send findings": tells the agent which checks failed',
    timeoutSeconds: 90,
    callsOut: true,
  },
  'decide-step': {
    room: 'relay-run',
    description: 'State "Decide step" of relay runs: what the rule whose turn it is does with the alert',
    timeoutSeconds: 60,
  },
  'run-stopped': {
    room: 'relay-run',
    description: 'Settles what a relay run that was stopped or failed had still before it',
    // Up to 300 steps of a few calls each.
    timeoutSeconds: 120,
    deadLetters: 'stopped',
  },
  'check-storm': {
    room: 'storm',
    description: 'State "Check storm": lets what is held go one by one, or waits for a storm to calm down',
    timeoutSeconds: 60,
  },
  'triage-storm': {
    room: 'storm',
    description: 'State "Triage storm": gathers a storm for one session',
    // 10,000 alerts are some 200 batches to read.
    timeoutSeconds: 120,
  },
  'record-root-cause': {
    room: 'storm',
    description: 'State "Record root cause"',
    timeoutSeconds: 60,
  },
  'storm-stopped': {
    room: 'storm',
    description: 'Ends the hold of a storm whose execution was stopped or failed',
    timeoutSeconds: 60,
    deadLetters: 'stopped',
  },
  'call-webhook': {
    room: 'intake',
    description: 'Sends the calls of webhook rules, signed',
    // A call may take 300 s.
    timeoutSeconds: 330,
    callsOut: true,
  },
  'session-stopped': {
    room: 'session',
    description: 'Aborts the session of a stopped execution, collects what there is and records the outcome',
    // Abort and collect in one.
    timeoutSeconds: 270,
    memoryMiB: 1_024,
    callsOut: true,
    deadLetters: 'stopped',
  },
  'send-heartbeat': {
    room: 'upkeep',
    description: 'Posts a test alert as senders do, to a hook of its own',
    // Two posts, of which each may wait for 20 s.
    timeoutSeconds: 45,
    optional: 'heartbeat',
  },
  sweep: {
    room: 'upkeep',
    description: 'Looks for what has ended without a word, and has it ended',
    // 100 rows of each of four lists, a few calls each.
    timeoutSeconds: 120,
  },
  'write-digest': {
    room: 'upkeep',
    description: 'Lists the audit records of an hour with their hashes',
    // 150,000 records to read, 10 at once of 20 ms each.
    timeoutSeconds: 300,
  },
  'write-report': {
    room: 'upkeep',
    description: 'Renders the page of a session that has ended, beside its result',
    // manage waits for it where a page is asked for that is not there yet.
    timeoutSeconds: 60,
  },
  'clear-session': {
    room: 'upkeep',
    description: 'Clears a server of what a job that has ended left there',
    // Abort, and remove a worktree.
    timeoutSeconds: 120,
    callsOut: true,
    deadLetters: 'stopped',
  },
} as const satisfies Record<string, FunctionSpec>;
export type FunctionName = keyof typeof functionSpecs;

export function memoryMiBOf(name: FunctionName): number {
  const { memoryMiB = 512 }: FunctionSpec = functionSpecs[name];
  return memoryMiB;
}
