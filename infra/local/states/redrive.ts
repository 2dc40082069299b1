import { z } from 'zod';
import type { Definition } from './definition.ts';
import type { HistoryEvent } from './history.ts';
import type { ResumePoint, Variables } from './visit.ts';

const eventSchema = z.object({
  stateEnteredEventDetails: z.object({ name: z.string(), input: z.string() }).optional(),
  stateExitedEventDetails: z
    .object({ name: z.string(), assignedVariables: z.record(z.string(), z.string()).default({}) })
    .optional(),
});

/**
 * Where an execution that failed goes on: at the state it was in, with that state's input and the variables of then.
 * States within a Map are no such place: a Map that failed runs its iterations anew.
 */
export function resumePointOf(
  { StartAt, States }: Pick<Definition, 'StartAt' | 'States'>,
  input: unknown,
  events: HistoryEvent[],
): ResumePoint {
  let point: ResumePoint = { state: StartAt, input, variables: {} };
  for (const event of events) {
    const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = eventSchema.parse(event);
    if (entered && entered.name in States) {
      point = { ...point, state: entered.name, input: JSON.parse(entered.input) };
    }
    if (exited && exited.name in States) {
      point = { ...point, variables: { ...point.variables, ...parsed(exited.assignedVariables) } };
    }
  }
  return point;
}

const parsed = (variables: Record<string, string>): Variables =>
  Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, JSON.parse(text)]));
