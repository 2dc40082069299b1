import { z } from 'zod';
import type { Definition, State } from './definition.ts';
import { matchesError } from './errors.ts';
import type { HistoryEvent } from './history.ts';
import type { IterationProgress, Position, Variables } from './visit.ts';

const eventSchema = z.object({
  stateEnteredEventDetails: z.object({ name: z.string(), input: z.string() }).optional(),
  stateExitedEventDetails: z
    .object({
      name: z.string(),
      output: z.string(),
      assignedVariables: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  mapIterationStartedEventDetails: z.object({ index: z.int() }).optional(),
  taskSubmittedEventDetails: z.object({ output: z.string() }).optional(),
  taskFailedEventDetails: z.object({ error: z.string() }).optional(),
  taskTimedOutEventDetails: z.object({ error: z.string() }).optional(),
  evaluationFailedEventDetails: z.object({ error: z.string() }).optional(),
});
const childSchema = z.object({ ExecutionArn: z.string() });

type Flow = Pick<Definition, 'StartAt'> & { States: Record<string, State> };
type Start = { input: unknown; variables: Variables };

/**
 * Where a flow of states is, by the events of its history: in the state that was entered last, with its input and the
 * variables of then. `started` is with what it began.
 */
export function positionOf(flow: Flow, started: Start, events: HistoryEvent[]): Position {
  let position: Position = { state: flow.StartAt, ...started };
  let failure: string | undefined;
  for (const event of events) {
    const details = eventSchema.parse(event);
    const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = details;
    if (entered && entered.name in flow.States) {
      const { variables } = position;
      const at = { eventId: event.id, at: Math.round(event.timestamp * 1_000) };
      position = { state: entered.name, input: JSON.parse(entered.input), variables, entered: at };
      failure = undefined;
    } else if (exited && exited.name in flow.States) {
      position = afterExit(flow, position, { ...exited, failure });
    } else if (position.entered) {
      failure = failureIn(details) ?? (event.type === 'TaskScheduled' ? undefined : failure);
      position = within(flow, position, event, details);
    }
  }
  return position;
}

/** What happened in the state that was entered last. */
function within(
  flow: Flow,
  position: Position,
  event: HistoryEvent,
  { taskSubmittedEventDetails: submitted }: z.infer<typeof eventSchema>,
): Position {
  const state = flow.States[position.state];
  if (state?.Type === 'Map') return { ...position, map: mapProgress(position.map, event) };
  if (event.type === 'TaskScheduled') return { ...position, child: undefined };
  if (!submitted) return position;
  return { ...position, child: childSchema.parse(JSON.parse(submitted.output)).ExecutionArn };
}

const failureIn = (details: z.infer<typeof eventSchema>): string | undefined =>
  (details.taskFailedEventDetails ?? details.taskTimedOutEventDetails ?? details.evaluationFailedEventDetails)?.error;

/**
 * A kill may fall between a state's exit and the entry of the next one. Which that is, the exit does not say: a Choice,
 * which does nothing, decides once more; of a Task the error that it ended with leads to the catcher.
 */
function afterExit(
  { States }: Flow,
  position: Position,
  exited: { name: string; output: string; assignedVariables: Record<string, string>; failure: string | undefined },
): Position {
  const state = States[exited.name];
  if (!state || state.Type === 'Choice') return { ...position, entered: undefined };
  const input: unknown = JSON.parse(exited.output);
  const variables = { ...position.variables, ...parsed(exited.assignedVariables) };
  const next = nextOf(state, exited.failure);
  return next === undefined ? { ...position, input, variables, isOver: true } : { state: next, input, variables };
}

function nextOf(state: State, failure: string | undefined): string | undefined {
  const catchers = failure !== undefined && 'Catch' in state ? state.Catch : [];
  const caught = catchers.find(({ ErrorEquals }) => failure !== undefined && matchesError(ErrorEquals, failure));
  if (caught) return caught.Next;
  return 'Next' in state ? state.Next : undefined;
}

/** Each event of an iteration follows from another one of it; the first is the one that says its index. */
function mapProgress(progress: Position['map'], event: HistoryEvent): Position['map'] {
  // Another attempt begins with nothing.
  if (event.type === 'MapStateStarted') return { startedId: event.id, iterations: new Map(), byEvent: new Map() };
  if (!progress) return undefined;
  const started = eventSchema.parse(event).mapIterationStartedEventDetails;
  const iteration: IterationProgress | undefined = started
    ? { events: [], isOver: false }
    : progress.byEvent.get(event.previousEventId);
  if (!iteration) return progress;
  iteration.events.push(event);
  progress.byEvent.set(event.id, iteration);
  if (started) progress.iterations.set(started.index, iteration);
  if (event.type === 'MapIterationSucceeded') iteration.isOver = true;
  return progress;
}

const parsed = (variables: Record<string, string>): Variables =>
  Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, JSON.parse(text)]));
