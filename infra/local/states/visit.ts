import type { Clock } from '../clock.ts';
import type { LostTime } from '../lambda/lost-time.ts';
import type { Definition, State } from './definition.ts';
import { StatesError } from './errors.ts';
import { EvaluationError, evaluate } from './expressions.ts';
import type { History, HistoryEvent } from './history.ts';

/**
 * Runs a task. Throws a StatesError by the name that Retry and Catch match; anything else is a fault of the runner.
 * `submitted` is told of a job, by the answer to its start, that the task then waits for; `lost` of the time in which
 * the machine did not let the task run, which its time-out does not count. What it does, it does as the role of
 * `identity`.
 */
export type TaskRunner = (
  resource: string,
  args: unknown,
  signal: AbortSignal,
  submitted: (answer: unknown) => void,
  lost: LostTime,
  identity: TaskIdentity,
) => Promise<unknown>;

/** As whom a task runs, and which execution it has started already. */
interface TaskIdentity {
  roleArn: string;
  child?: string | undefined;
}

/** One execution as its states see it. */
export interface Run {
  definition: Definition;
  stateMachine: { arn: string; name: string };
  execution: {
    arn: string;
    name: string;
    input: unknown;
    startedAt: number;
    roleArn: string;
    /** How often it was started again at a state that failed. */
    redriveCount: number;
  };
  /** Of one that began before: where it goes on. */
  resume?: { position: Position; isRedrive: boolean } | undefined;
  region: string;
  clock: Clock;
  runTask: TaskRunner;
  history: History;
  /** Aborted when the execution is stopped or out of time. */
  signal: AbortSignal;
}

export type Variables = Record<string, unknown>;

/** Where a flow of states is: in a state, with what that was entered with. */
export interface Position {
  state: string;
  input: unknown;
  variables: Variables;
  /** The event by which the state was entered, and when; absent: it is to be entered. */
  entered?: { eventId: number; at: number } | undefined;
  /** Of a Task that waits for an execution: which one. */
  child?: string | undefined;
  /** Of a Map: how far its attempt came. */
  map?: MapProgress | undefined;
  /** The last state was left: `input` is the output of the flow. */
  isOver?: boolean;
}

export interface MapProgress {
  /** Of the event that the attempt began with. */
  startedId: number;
  /** Those that were begun, by item. */
  iterations: Map<number, IterationProgress>;
  byEvent: Map<number, IterationProgress>;
}

export interface IterationProgress {
  events: HistoryEvent[];
  isOver: boolean;
}

/** The item that an iteration of a Map works on, as it was before any ItemSelector. */
export interface MapItem {
  Index: number;
  Value: unknown;
}

/** States to be run from the first on. */
export interface FlowStart {
  run: Run;
  flow: { StartAt: string; States: Record<string, State> };
  input: unknown;
  /** What they can read from outside. */
  variables: Variables;
  mapItem?: MapItem | undefined;
  /** Where they go on; absent: they begin. */
  position?: Position | undefined;
}

/** One stay in one state. */
export interface Visit<S extends State = State> {
  run: Run;
  name: string;
  state: S;
  input: unknown;
  variables: Variables;
  /** Within an iteration. */
  mapItem?: MapItem | undefined;
  enteredAt: number;
  enteredEventId: number;
  /** Of a state that was entered before this process began: how far it came. */
  position?: Position | undefined;
  /** Of a Task or Map: attempts before the one under way. */
  retryCount?: number;
}

/** Largest input, output, argument or result: 256 KiB as UTF-8. */
const MOST_BYTES = 256 * 1024;

/**
 * The value as JSON; throws States.DataLimitExceeded where AWS would. `holder` is the state or service it belongs to.
 */
export function serialize(value: unknown, holder: string): string {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  throw new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${holder}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** Evaluates a field of the visited state. `more` is what `$states` holds besides input and context. */
export async function evaluateField(
  visit: Visit,
  field: string,
  value: unknown,
  more: { result?: unknown; errorOutput?: unknown } = {},
): Promise<unknown> {
  const { input, variables } = visit;
  try {
    return await evaluate(value, { variables, states: { input, context: contextOf(visit), ...more } }, field);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw evaluationFailed(visit, error.location, error.message);
  }
}

/** Records that a field has no usable value; the caller throws what is returned. */
export function evaluationFailed(visit: Visit, location: string, message: string): StatesError {
  const cause = `An error occurred while executing the state '${visit.name}' (entered at the event id #${visit.enteredEventId}). ${message}`;
  const error = 'States.QueryEvaluationError';
  visit.run.history.add('EvaluationFailed', {
    evaluationFailedEventDetails: { error, cause, location, state: visit.name },
  });
  return new StatesError(error, cause);
}

function contextOf({ run, name, enteredAt, retryCount, mapItem }: Visit) {
  const { execution, stateMachine } = run;
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: new Date(execution.startedAt).toISOString(),
      RedriveCount: execution.redriveCount,
    },
    StateMachine: { Id: stateMachine.arn, Name: stateMachine.name },
    State: {
      Name: name,
      EnteredTime: new Date(enteredAt).toISOString(),
      ...(retryCount !== undefined && { RetryCount: retryCount }),
    },
    ...(mapItem && { Map: { Item: mapItem } }),
  };
}
