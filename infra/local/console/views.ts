/** What the console's server answers, and its page shows: one shape for both. Times are ISO 8601. */

export interface DecisionRow {
  ruleId: string;
  ruleName: string;
  /** What the decision has come to by now. */
  reason: string;
  /** What the reason means, in a word or two, and how it looks. */
  did: string;
  tone: 'good' | 'bad' | 'warning' | 'quiet';
  sentence: string;
  count: number;
  lastAt: string;
  jobId: string | null;
  stormId: string | null;
}

export interface AlertRow {
  id: string;
  title: string;
  severity: string;
  source: string;
  service: string | null;
  relayName: string;
  createdAt: string;
  acknowledgedAt: string | null;
  resolvedAt: string | null;
  decisions: DecisionRow[];
}

export interface AlertPage {
  alerts: AlertRow[];
  /** Null where nothing is older. */
  nextCursor: string | null;
}

export interface AlertDetail extends AlertRow {
  message: string | null;
  labels: Record<string, string>;
  /** Addresses by what they lead to. */
  links: Record<string, string>;
  /** Its story, as `npm run explain` tells it. */
  story: string[];
  /** Jobs of its sessions and storms, oldest first. */
  jobs: JobRow[];
}

export interface JobRow {
  id: string;
  kind: 'session' | 'storm';
  status: string;
  ruleName: string;
  createdAt: string;
  outcome: string | null;
  cause: string | null;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

export interface ExecutionRow {
  name: string;
  machine: string;
  status: ExecutionStatus;
  startedAt: string;
  stoppedAt: string | null;
  /** Of the alert or of the first one that a storm held. */
  title: string;
  ruleName: string;
  relayName: string;
  /** How it ended: the outcome, or the error's name; null while it runs. */
  ending: string | null;
}

export interface ExecutionPage {
  executions: ExecutionRow[];
  /** Goes on after the oldest one; null where nothing is older, and for all machines together. */
  nextToken: string | null;
}

export interface ExecutionDetail extends ExecutionRow {
  arn: string;
  alertId: string | null;
  input: string;
  output: string | null;
  cause: string | null;
  definition: MachineGraph;
  /** Of a session: what it has come to. */
  job: SessionSummary | null;
}

export interface SessionSummary {
  id: string;
  outcome: string | null;
  cause: string | null;
  costUsd: number | null;
  sessionUrl: string | null;
  patch: { files: number; additions: number; deletions: number } | null;
  hasResult: boolean;
}

/** A state machine as a graph. Names are unique in it, also those within a Map. */
export interface MachineGraph {
  startAt: string;
  states: MachineState[];
  transitions: Transition[];
}

export interface MachineState {
  name: string;
  type: string;
  comment: string | null;
  /** The Map that it is within; null at the top. */
  parent: string | null;
  /** The first state within, of a Map. */
  startAt: string | null;
}

export interface Transition {
  from: string;
  to: string;
  kind: 'next' | 'catch';
}

/** An event of a history, with the one member that holds its details under one name. */
export interface HistoryEvent {
  id: number;
  previousId: number;
  at: string;
  type: string;
  details: EventDetails;
}

export interface EventDetails {
  name?: string;
  /** JSON text, as Step Functions has it. */
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  [other: string]: unknown;
}

export interface StormRow {
  id: string;
  phase: string;
  ruleName: string;
  relayName: string;
  createdAt: string;
  detectedAt: string | null;
  endedAt: string | null;
  firstAlertId: string;
  held: number | null;
  investigated: number;
  reason: string | null;
  rootCause: string | null;
  sessionJobId: string | null;
}

export interface LedgerDayRow {
  day: string;
  deliveries: number;
  entries: number;
  accepted: number;
  undecided: number;
  reasons: Record<string, number>;
}

export interface RelayLedger {
  relayId: string;
  relayName: string;
  today: LedgerDayRow;
  /** The days before that had deliveries, newest first. */
  days: LedgerDayRow[];
}

export interface BudgetRow {
  /** `rule:rul_…`, `entry:checkout` of the catalogue, `integration:int_…` or `stack`. */
  scope: string;
  name: string;
  sessions: number;
  maxSessions: number | null;
  costUsd: number;
  maxCostUsd: number | null;
}

export interface LedgerView {
  relays: RelayLedger[];
  budgets: BudgetRow[];
}

/** What stands at the head of every page. */
export interface StackState {
  paused: { by: string; at: string; reason: string | null } | null;
  /** Where an alert of one's own goes; null where no relay has a hook. */
  hookUrl: string | null;
}

/** What has changed since the last notice; the page reads anew what it shows of it. */
export interface ChangeNotice {
  /** Ids of alerts on which a decision was written. */
  alerts: string[];
  /** Names of executions whose history has grown. */
  executions: string[];
  /** More has changed than is named. */
  more: boolean;
}
