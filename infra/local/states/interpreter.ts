import { behave, type Transition } from './behaviours.ts';
import { assignedDetails, inputDetails, outputDetails } from './history.ts';
import { type Run, serialize, type Variables, type Visit } from './visit.ts';

/**
 * Runs the states one after the other and returns the output of the last. Throws a StatesError where the execution
 * fails, and the signal's reason where it is stopped. The history's limit on events ends an endless loop.
 */
export async function interpret(run: Run): Promise<unknown> {
  let name = run.definition.StartAt;
  let input = run.execution.input;
  let variables: Variables = {};
  for (;;) {
    run.signal.throwIfAborted();
    const { next, output, assigned } = await visitState(run, name, input, variables);
    if (next === undefined) return output;
    variables = { ...variables, ...assigned };
    name = next;
    input = output;
  }
}

async function visitState(run: Run, name: string, input: unknown, variables: Variables): Promise<Transition> {
  const visit = enter(run, name, input, variables);
  const transition = await behave(visit);
  const { output, assigned } = transition;
  run.history.add(`${visit.state.Type}StateExited`, {
    stateExitedEventDetails: {
      name,
      ...outputDetails(serialize(output, name)),
      ...(Object.keys(assigned).length > 0 && assignedDetails(assigned)),
    },
  });
  return transition;
}

function enter(run: Run, name: string, input: unknown, variables: Variables): Visit {
  const state = run.definition.States[name];
  if (!state) throw new Error(`There is no state "${name}"`);
  const enteredEventId = run.history.add(`${state.Type}StateEntered`, {
    stateEnteredEventDetails: { name, ...inputDetails(serialize(input, name)) },
  });
  return { run, name, state, input, variables, enteredAt: run.clock.now(), enteredEventId };
}
