import { z } from 'zod';
import { AwsError } from '../aws/error.ts';
import { describeExecution } from './answers.ts';
import { StatesError } from './errors.ts';
import { Interrupted } from './execution.ts';
import type { ExecutionRecord } from './execution-files.ts';

const prefix = 'arn:aws:states:::states:startExecution';
const resources: readonly string[] = [prefix, `${prefix}.sync:2`];

/** The integrations by which an execution starts another: without and with waiting for its end. */
export const startsExecution = (resource: string): boolean => resources.includes(resource);

const argumentsSchema = z.strictObject({
  StateMachineArn: z.string(),
  Name: z.string().optional(),
  /** Text as it is; anything else as JSON. */
  Input: z.unknown().transform((input) => (typeof input === 'string' ? input : JSON.stringify(input ?? {}))),
});

export interface Executing {
  start(child: { stateMachineArn: string; name: string | undefined; input: string }): ExecutionRecord;
  /** The execution's record once it has ended; never, if it is interrupted before. */
  ended(executionArn: string): Promise<ExecutionRecord>;
  stop(executionArn: string): Promise<unknown>;
}

/**
 * Starts an execution from a Task and, with `.sync:2`, waits for its end: one that did not succeed is States.TaskFailed
 * with its description as the cause. A Task that is stopped stops it. `child` was started before this process began: it
 * is only waited for.
 */
export async function runChild(
  executing: Executing,
  { resource, args }: { resource: string; args: unknown },
  { signal, submitted, child }: { signal: AbortSignal; submitted(answer: unknown): void; child?: string | undefined },
): Promise<unknown> {
  const started = child === undefined ? answerTo(start(executing, args)) : { ExecutionArn: child };
  if (resource === prefix) return started;
  if (child === undefined) submitted(started);
  const { ExecutionArn: executionArn } = started;
  const stop = () => {
    // This process ends; the execution does not.
    if (!(signal.reason instanceof Interrupted)) void executing.stop(executionArn);
  };
  signal.addEventListener('abort', stop, { once: true });
  const record = await executing.ended(executionArn);
  signal.removeEventListener('abort', stop);
  const described = description(record);
  if (record.status === 'SUCCEEDED') return described;
  throw new StatesError('States.TaskFailed', JSON.stringify(described));
}

/** As Step Functions writes it: the time in epoch milliseconds. */
const answerTo = ({ executionArn, startDate }: ExecutionRecord) => ({
  ExecutionArn: executionArn,
  StartDate: startDate,
});

function start(executing: Executing, args: unknown): ExecutionRecord {
  const parsed = argumentsSchema.safeParse(args);
  if (!parsed.success) {
    throw new StatesError('States.Runtime', `The arguments do not run here. ${z.prettifyError(parsed.error)}`);
  }
  const { StateMachineArn: stateMachineArn, Name: name, Input: input } = parsed.data;
  try {
    return executing.start({ stateMachineArn, name, input });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StatesError(`StepFunctions.${error.type.replace(/(Exception)?$/, 'Exception')}`, error.message);
  }
}

/**
 * DescribeExecution as integrations give it: names with capitals, times in milliseconds, and with `:2` data as JSON.
 */
function description(record: ExecutionRecord): Record<string, unknown> {
  const { inputDetails, ...described } = describeExecution(record, record.stopDate ?? record.startDate);
  return {
    ...Object.fromEntries(Object.entries(described).map(([name, value]) => [capital(name), value])),
    Input: parse(record.input),
    InputDetails: { Included: inputDetails.included },
    ...(record.output !== undefined && { Output: parse(record.output), OutputDetails: { Included: true } }),
    StartDate: record.startDate,
    ...(record.stopDate !== undefined && { StopDate: record.stopDate }),
  };
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const parse = (text: string): unknown => JSON.parse(text);
