import type { TaskRunner } from '../../../../infra/local/states/visit.ts';
import { type Executed, execute } from '../../../support/execution.ts';

interface MachineOptions {
  /** The first one is where the machine starts. */
  states: Record<string, object>;
  top?: object;
  input?: unknown;
  runTask?: TaskRunner;
  stop?: AbortController;
}

const unused: TaskRunner = async (resource) => {
  throw new Error(`no task was expected to run ${resource}`);
};

/** Runs a machine of the given states under virtual time. */
export function runMachine({ states, top, runTask = unused, ...options }: MachineOptions): Promise<Executed> {
  const [StartAt] = Object.keys(states);
  const definition = { QueryLanguage: 'JSONata', StartAt, States: states, ...top };
  return execute(JSON.stringify(definition), { runTask, ...options });
}

/** The output of an execution that has to succeed. */
export async function outputOf(options: MachineOptions): Promise<unknown> {
  const { ending } = await runMachine(options);
  if (ending?.output === undefined) throw new Error(`the execution ended as ${JSON.stringify(ending)}`);
  return JSON.parse(ending.output);
}
