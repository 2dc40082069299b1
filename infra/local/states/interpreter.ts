import { behave, type Transition } from './behaviours.ts';
import { assignedDetails, inputDetails, outputDetails } from './history.ts';
import { type FlowStart, type Run, serialize, type Visit } from './visit.ts';

/**
 * Runs the states one after the other and returns the output of the last. Throws a StatesError where the execution
 * fails, and the signal's reason where it is stopped. The history's limit on events ends an endless loop.
 */
export function interpret(run: Run): Promise<unknown> {
  const { definition: flow, execution, resume } = run;
  return follow({ run, flow, input: execution.input, variables: {}, position: resume?.position });
}

/** Variables that the states assign are theirs alone. */
async function follow({ run, flow, mapItem, ...start }: FlowStart): Promise<unknown> {
  let { position } = start;
  if (position?.isOver) return position.input;
  let name = position?.state ?? flow.StartAt;
  let { input, variables } = position ?? start;
  for (;;) {
    run.signal.throwIfAborted();
    const { next, output, assigned } = await visitState({ run, flow, mapItem, input, variables, position }, name);
    if (next === undefined) return output;
    position = undefined;
    variables = { ...variables, ...assigned };
    name = next;
    input = output;
  }
}

async function visitState(start: FlowStart, name: string): Promise<Transition> {
  const visit = enter(start, name);
  const transition = await behave(visit, follow);
  const { output, assigned } = transition;
  visit.run.history.add(`${visit.state.Type}StateExited`, {
    stateExitedEventDetails: {
      name,
      ...outputDetails(serialize(output, name)),
      ...(Object.keys(assigned).length > 0 && assignedDetails(assigned)),
    },
  });
  return transition;
}

function enter({ run, flow, mapItem, input, variables, position }: FlowStart, name: string): Visit {
  const state = flow.States[name];
  if (!state) throw new Error(`There is no state "${name}"`);
  if (position?.entered) {
    const { eventId: enteredEventId, at: enteredAt } = position.entered;
    return { run, name, state, input, variables, mapItem, enteredAt, enteredEventId, position };
  }
  const enteredEventId = run.history.add(`${state.Type}StateEntered`, {
    stateEnteredEventDetails: { name, ...inputDetails(serialize(input, name)) },
  });
  return { run, name, state, input, variables, mapItem, enteredAt: run.clock.now(), enteredEventId };
}
