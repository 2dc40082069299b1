import type { Definition, State } from './definition.ts';
import { compile, isExpression, messageOf } from './expressions.ts';

type Report = (path: PropertyKey[], message: string) => void;
type Flow = Pick<Definition, 'StartAt' | 'States'>;

/** What a schema cannot say: targets that are there, expressions that are JSONata, names that are clear. */
export function checkDefinition(definition: Flow, report: Report): void {
  checkTargets(definition, report);
  checkExpressions(definition.States, ['States'], report);
  const outer = variablesOf(definition);
  for (const [name, state] of Object.entries(definition.States)) {
    if (state.Type !== 'Map') continue;
    const within: Report = (path, message) => report(['States', name, 'ItemProcessor', ...path], message);
    checkTargets(state.ItemProcessor, within);
    for (const inner of Object.keys(state.ItemProcessor.States)) {
      if (inner in definition.States) within(['States', inner], 'is the name of another state');
    }
    for (const variable of variablesOf(state.ItemProcessor)) {
      if (outer.has(variable)) within([], `assigns "${variable}", which is a variable outside`);
    }
  }
}

/** An inner scope may read the variables outside and not have its own by their names. */
function variablesOf({ States }: Pick<Flow, 'States'>): Set<string> {
  const assigned = Object.values(States).flatMap((state) => [
    ...('Assign' in state ? [state.Assign] : []),
    ...('Catch' in state ? state.Catch.map(({ Assign }) => Assign) : []),
    ...('Choices' in state ? state.Choices.map(({ Assign }) => Assign) : []),
  ]);
  return new Set(assigned.flatMap((variables) => Object.keys(variables ?? {})));
}

/** States lead only to others of their own flow. */
function checkTargets({ StartAt, States }: Flow, report: Report): void {
  if (!(StartAt in States)) report(['StartAt'], `there is no state "${StartAt}"`);
  for (const [name, state] of Object.entries(States)) {
    for (const target of targetsOf(state)) {
      if (!(target in States)) report(['States', name], `there is no state "${target}"`);
    }
    for (const problem of problemsOf(state)) report(['States', name], problem);
  }
}

function problemsOf(state: State): string[] {
  const problems: string[] = [];
  if ('Next' in state && 'End' in state) problems.push('has both Next and End');
  if (needsNext(state) && !('Next' in state) && !('End' in state)) problems.push('has neither Next nor End');
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
    problems.push('needs one of Seconds and Timestamp');
  }
  return problems;
}

const needsNext = (state: State): boolean => ['Task', 'Wait', 'Pass', 'Map'].includes(state.Type);

function targetsOf(state: State): string[] {
  const next = 'Next' in state && state.Next !== undefined ? [state.Next] : [];
  if (state.Type === 'Task' || state.Type === 'Map') return [...next, ...state.Catch.map((catcher) => catcher.Next)];
  if (state.Type !== 'Choice') return next;
  return [...state.Choices.map((rule) => rule.Next), ...(state.Default === undefined ? [] : [state.Default])];
}

function checkExpressions(value: unknown, path: PropertyKey[], report: Report): void {
  if (isExpression(value)) {
    try {
      compile(value);
    } catch (error) {
      report(path, `is no JSONata: ${messageOf(error)}`);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) checkExpressions(item, [...path, key], report);
  }
}
