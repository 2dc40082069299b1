import type { ExecutionStatus, HistoryEvent } from '../views.ts';

/** As the Step Functions console colours a state. */
export type StateStatus = 'not_visited' | 'in_progress' | 'succeeded' | 'failed' | 'caught' | 'cancelled' | 'timed_out';

/** One visit of a state, from its entry to its exit. */
export interface Visit {
  state: string;
  status: StateStatus;
  enteredAt: string;
  leftAt: string | null;
  /** Times that its task was begun; 0 for states that have none. */
  attempts: number;
  input: string | null;
  output: string | null;
  error: string | null;
  cause: string | null;
  /** Ids of its events. */
  events: number[];
}

export interface Trace {
  /** Visits by state, the latest last. */
  visits: Map<string, Visit[]>;
  /** How often one state led to another, by `from → to`. */
  transitions: Map<string, number>;
  /** The state that an event belongs to, by the event's id. */
  stateOf: Map<number, string>;
}

export const transitionKey = (from: string, to: string): string => `${from} → ${to}`;

/** A task's own failure, which a retry or a catch may mend. */
const troubled = /^(Task|LambdaFunction|Activity|Map)(Failed|TimedOut|StartFailed|SubmitFailed)$/;
const begun = /^(TaskScheduled|LambdaFunctionScheduled|ActivityScheduled)$/;
const mended = /^(Task|LambdaFunction|Activity|Map)Succeeded$/;
const ends: Record<string, { last: StateStatus; others: StateStatus }> = {
  ExecutionFailed: { last: 'failed', others: 'cancelled' },
  ExecutionAborted: { last: 'cancelled', others: 'cancelled' },
  ExecutionTimedOut: { last: 'timed_out', others: 'timed_out' },
};

/** What an execution did, state by state, from its history. Branches are told apart by the event each one follows. */
export function traceOf(events: HistoryEvent[]): Trace {
  const trace: Trace = { visits: new Map(), transitions: new Map(), stateOf: new Map() };
  /** The visit that each event belongs to. */
  const owners = new Map<number, Visit>();
  for (const event of events) {
    const before = owners.get(event.previousId);
    const visit = event.type.endsWith('StateEntered') ? enter(trace, event, before) : ownerOf(trace, event, before);
    if (visit) {
      note(visit, event);
      owners.set(event.id, visit);
      trace.stateOf.set(event.id, visit.state);
    }
    const end = ends[event.type];
    if (end) closeAll(trace, event, end, before);
  }
  return trace;
}

function enter({ visits, transitions }: Trace, { at, details }: HistoryEvent, before: Visit | undefined): Visit {
  const state = details.name ?? '';
  const visit: Visit = {
    ...{ state, status: 'in_progress', enteredAt: at, leftAt: null, attempts: 0 },
    ...{ input: details.input ?? null, output: null, error: null, cause: null, events: [] },
  };
  const earlier = visits.get(state);
  if (earlier) earlier.push(visit);
  else visits.set(state, [visit]);
  // A Map that is not over contains the state, and does not lead to it.
  if (before && before.leftAt !== null) {
    const key = transitionKey(before.state, state);
    transitions.set(key, (transitions.get(key) ?? 0) + 1);
  }
  return visit;
}

/** The end of a Map follows from the end of its last iteration, and is its own all the same. */
function ownerOf({ visits }: Trace, { type, details }: HistoryEvent, before: Visit | undefined): Visit | undefined {
  if (/^Map(State|Iteration)/.test(type) && details.name !== undefined) {
    return visits.get(details.name)?.at(-1) ?? before;
  }
  return type.startsWith('Execution') ? undefined : before;
}

function note(visit: Visit, { id, type, at, details }: HistoryEvent): void {
  visit.events.push(id);
  if (begun.test(type)) visit.attempts += 1;
  if (troubled.test(type)) {
    visit.error = details.error ?? 'unknown';
    visit.cause = details.cause ?? null;
  }
  if (mended.test(type)) {
    visit.error = null;
    visit.cause = null;
  }
  if (!type.endsWith('StateExited')) return;
  visit.leftAt = at;
  visit.output = details.output ?? null;
  visit.status = visit.error === null ? 'succeeded' : 'caught';
}

function closeAll(
  { visits }: Trace,
  { at, details }: HistoryEvent,
  { last, others }: { last: StateStatus; others: StateStatus },
  before: Visit | undefined,
): void {
  const open = [...visits.values()].flat().filter(({ leftAt }) => leftAt === null);
  for (const visit of open) {
    const isLast = visit === before || open.length === 1;
    visit.leftAt = at;
    visit.status = isLast ? last : others;
    if (!isLast) continue;
    visit.error ??= details.error ?? null;
    visit.cause ??= details.cause ?? null;
  }
}

/** By its latest visit: a loop's earlier turns are counted, not coloured. */
export const statusOf = ({ visits }: Pick<Trace, 'visits'>, state: string): StateStatus =>
  visits.get(state)?.at(-1)?.status ?? 'not_visited';

/** Beside the colour, which is never the only sign. */
export const statusWords: Record<StateStatus, string> = {
  not_visited: 'not visited',
  in_progress: 'in progress',
  succeeded: 'succeeded',
  failed: 'failed',
  caught: 'caught error',
  cancelled: 'cancelled',
  timed_out: 'timed out',
};

/** The status of an execution in the words of a state's, so that both have one colour. */
export const ofExecution: Record<ExecutionStatus, StateStatus> = {
  RUNNING: 'in_progress',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  ABORTED: 'cancelled',
  TIMED_OUT: 'timed_out',
};
