import type { ExecutionRecord } from './execution-files.ts';
import type { ExecutionSummary } from './executions.ts';
import type { HistoryEvent } from './history.ts';

/** A machine as it was added. */
export interface StateMachine {
  arn: string;
  name: string;
  definition: string;
  roleArn: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** Detail of EventBridge's `Step Functions Execution Status Change`; times in epoch milliseconds, data as JSON text. */
export interface ExecutionStatusChange {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionRecord['status'];
  startDate: number;
  stopDate: number | null;
  input: string | null;
  inputDetails: { included: boolean };
  output: string | null;
  outputDetails: { included: boolean } | null;
  error: string | null;
  cause: string | null;
}

const included = { included: true } as const;

export const statusChange = (record: ExecutionRecord): ExecutionStatusChange => ({
  executionArn: record.executionArn,
  stateMachineArn: record.stateMachineArn,
  name: record.name,
  status: record.status,
  startDate: record.startDate,
  stopDate: record.stopDate ?? null,
  ...dataOf(record),
  error: record.error ?? null,
  cause: record.cause ?? null,
});

/** Together with the other, escaped as JSON, larger data is left out of the event. */
const MOST_EVENT_DATA_BYTES = 248 * 1_024;

function dataOf({ input, output }: ExecutionRecord) {
  const fits = (...texts: string[]) => Buffer.byteLength(JSON.stringify(texts)) <= MOST_EVENT_DATA_BYTES;
  const withInput = fits(input);
  const withOutput = output !== undefined && fits(output, ...(withInput ? [input] : []));
  return {
    input: withInput ? input : null,
    inputDetails: { included: withInput },
    output: withOutput ? output : null,
    outputDetails: output === undefined ? null : { included: withOutput },
  };
}

/** On the wire a time is epoch seconds. */
export const wireTime = (ms: number): number => ms / 1_000;

const dates = ({ startDate, stopDate }: ExecutionSummary) => ({
  startDate: wireTime(startDate),
  ...(stopDate !== undefined && { stopDate: wireTime(stopDate) }),
});

export const describeExecution = (record: ExecutionRecord, now: number) => ({
  ...listedExecution(record),
  input: record.input,
  inputDetails: included,
  ...(record.output !== undefined && { output: record.output, outputDetails: included }),
  ...(record.error !== undefined && { error: record.error }),
  ...(record.cause !== undefined && { cause: record.cause }),
  ...redriveStatus(record, now),
});

/** What may start again at the state that failed, and why not otherwise. */
const redriveStatus = (record: ExecutionRecord, now: number) => {
  const redriveStatusReason = whyNotRedrivable(record, now);
  if (redriveStatusReason === undefined) return { redriveStatus: 'REDRIVABLE' };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
};

/** AWS takes an execution up again for so long after its end, and so often. */
const REDRIVABLE_MS = 14 * 86_400_000;
const MOST_REDRIVES = 1_000;
const redrivable: readonly string[] = ['FAILED', 'ABORTED', 'TIMED_OUT'];

/** Undefined: it may start again. */
export function whyNotRedrivable(
  { status, stopDate = 0, redriveCount = 0 }: ExecutionRecord,
  now: number,
): string | undefined {
  if (!redrivable.includes(status)) return `Execution is ${status} and cannot be redriven`;
  if (now - stopDate > REDRIVABLE_MS) return 'Execution is over for more than 14 days and cannot be redriven';
  if (redriveCount >= MOST_REDRIVES) return `Execution was redriven ${MOST_REDRIVES} times and cannot be redriven`;
  return undefined;
}

export const listedExecution = (record: ExecutionSummary) => ({
  executionArn: record.executionArn,
  stateMachineArn: record.stateMachineArn,
  name: record.name,
  status: record.status,
  ...dates(record),
  redriveCount: record.redriveCount ?? 0,
  ...(record.redriveDate !== undefined && { redriveDate: wireTime(record.redriveDate) }),
});

const logging = {
  loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  tracingConfiguration: { enabled: false },
};

export const describeMachine = (machine: StateMachine) => ({
  ...listedMachine(machine),
  status: 'ACTIVE',
  definition: machine.definition,
  roleArn: machine.roleArn,
  ...logging,
});

export const describeMachineOfExecution = (machine: StateMachine) => ({
  stateMachineArn: machine.arn,
  name: machine.name,
  definition: machine.definition,
  roleArn: machine.roleArn,
  updateDate: wireTime(machine.createdAt),
  ...logging,
});

export const listedMachine = (machine: StateMachine) => ({
  stateMachineArn: machine.arn,
  name: machine.name,
  type: 'STANDARD',
  creationDate: wireTime(machine.createdAt),
});

const dataFields = ['input', 'output', 'assignedVariables'];

/** The event as it is without execution data. */
export const withoutData = (event: HistoryEvent): HistoryEvent =>
  JSON.parse(JSON.stringify(event, (key, value: unknown) => (dataFields.includes(key) ? undefined : value)));
