import { errorOutcomes } from '../../../functions/contract/error-names.ts';
import type { Outcome } from '../../../functions/contract/outcomes.ts';
import { definition, type Script } from '../../support/workflow.ts';
import { checked, lambdaError, settled, toCorrect } from '../../support/workflow-functions.ts';

/** What tests of the executed workflow are made from: its states, and a way into each of them. */
export const states = Object.entries(definition.States);
export const namesOf = (...types: string[]) =>
  states.filter(([, { Type }]) => types.includes(Type)).map(([name]) => name);
export const outcomeByError: Record<string, Outcome> = errorOutcomes;
export const never = () => new Promise(() => undefined);

/** Of a rule with checks, which all pass. */
const verifying: Script = { 'Poll session': () => settled, 'Keep result': () => undefined };

/** Leads an execution into the state. A task of the workflow that is not named here fails the tests made from it. */
const ways: Record<string, Script> = {
  'Create session': {},
  'Wait for a free slot': { 'Create session': fail('SlotNotFree') },
  'Send prompt': {},
  'Wait for trouble to pass': { 'Send prompt': fail('RelayFailed') },
  'Try again?': { 'Send prompt': fail('RelayFailed') },
  'Poll session': {},
  'Keep result': verifying,
  'Start checks': verifying,
  'Wait for checks': verifying,
  'Look at checks': verifying,
  'Checks done?': verifying,
  'Send findings': {
    'Poll session': () => settled,
    'Look at checks': ({ turn }) => (turn === 1 ? toCorrect : checked),
  },
  'Abort session': { 'Poll session': () => ({ ...settled, active: true }) },
  'Collect result': {},
  'Record outcome': { 'Create session': fail('WorkspaceFailed') },
  'Publish outcome': {},
};

/** A script's answer: the error as it reaches the workflow. `States.Timeout` is a function that never answers. */
export function fail(error: string): () => unknown {
  if (error === 'States.Timeout') return never;
  return () => {
    throw lambdaError(error, `message of ${error}`);
  };
}

export const wayTo = (state: string): Script => {
  const way = ways[state];
  if (!way) throw new Error(`name a way to the state "${state}"`);
  return way;
};

/** Leads into the state where a session that goes well does not come by. */
export const wayAround = (state: string): Script => ways[state] ?? {};

/** A wildcard stands for any error that has no name of its own. */
export const sampleOf = (pattern: string): string => (pattern === 'States.ALL' ? 'SomethingElse' : pattern);
