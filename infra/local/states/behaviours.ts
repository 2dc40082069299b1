import type { ChoiceState, MapState, TaskState, WaitState } from './definition.ts';
import { matchesError, StatesError } from './errors.ts';
import { type FollowStates, mapFailed, runMap } from './map.ts';
import { Retries } from './retry.ts';
import { runTask } from './task.ts';
import { evaluateField, evaluationFailed, type Variables, type Visit } from './visit.ts';

/** How a visit ends. Without `next`, so does the execution. */
export interface Transition {
  next: string | undefined;
  output: unknown;
  assigned: Variables;
}

/** Does what the state's type says; throws where the state fails. `follow` runs the states within a Map. */
export async function behave(visit: Visit, follow: FollowStates): Promise<Transition> {
  const { state, input } = visit;
  switch (state.Type) {
    case 'Task':
      return attempts({ ...visit, state }, runTask);
    case 'Map':
      return attempts({ ...visit, state }, (attempt) => runMap(attempt, follow), mapFailed);
    case 'Wait':
      await wait({ ...visit, state });
      return leave(visit, state, '', state.Next, input);
    case 'Choice':
      return choose({ ...visit, state });
    case 'Pass':
      return leave(visit, state, '', state.Next, input);
    case 'Succeed':
      return leave(visit, state, '', undefined, input);
    case 'Fail':
      throw new StatesError(
        String(await evaluateField(visit, 'Error', state.Error ?? '')),
        String(await evaluateField(visit, 'Cause', state.Cause ?? '')),
      );
  }
}

/** Output and Assign of a state, rule or catcher; both see the variables as they were. */
async function leave(
  visit: Visit,
  fields: { Output?: unknown; Assign?: Variables | undefined },
  prefix: string,
  next: string | undefined,
  defaultOutput: unknown,
  more: { result?: unknown; errorOutput?: unknown } = {},
): Promise<Transition> {
  const output =
    fields.Output === undefined ? defaultOutput : await evaluateField(visit, `${prefix}Output`, fields.Output, more);
  const assigned: Variables = {};
  for (const [name, value] of Object.entries(fields.Assign ?? {})) {
    assigned[name] = await evaluateField(visit, `${prefix}Assign/${name}`, value, more);
  }
  return { next, output, assigned };
}

async function wait(visit: Visit<WaitState>): Promise<void> {
  const { state, run, enteredAt } = visit;
  const until = state.Seconds === undefined ? await timestampOf(visit) : enteredAt + (await secondsOf(visit)) * 1_000;
  await run.clock.sleep(until - run.clock.now(), run.signal);
}

async function secondsOf(visit: Visit<WaitState>): Promise<number> {
  const seconds = await evaluateField(visit, 'Seconds', visit.state.Seconds);
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= 99_999_999) return seconds;
  throw evaluationFailed(visit, 'Seconds', 'Seconds must be a whole number from 0 to 99999999.');
}

async function timestampOf(visit: Visit<WaitState>): Promise<number> {
  const timestamp = Date.parse(String(await evaluateField(visit, 'Timestamp', visit.state.Timestamp)));
  if (!Number.isNaN(timestamp)) return timestamp;
  throw evaluationFailed(visit, 'Timestamp', 'Timestamp must be in the format of RFC 3339.');
}

/** A matching rule brings its own Output and Assign; those of the state go with Default. */
async function choose(visit: Visit<ChoiceState>): Promise<Transition> {
  const { state, input } = visit;
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const holds = await evaluateField(visit, field, rule.Condition);
    if (typeof holds !== 'boolean') throw evaluationFailed(visit, field, 'Condition must be true or false.');
    if (holds) return leave(visit, rule, `Choices[${index}]/`, rule.Next, input);
  }
  if (state.Default !== undefined) return leave(visit, state, '', state.Default, input);
  throw new StatesError(
    'States.NoChoiceMatched',
    `No rule of the state '${visit.name}' matched, and it has no Default.`,
  );
}

/** As often as Retry says. `givenUp`: after the last attempt has failed. */
async function attempts<S extends TaskState | MapState>(
  visit: Visit<S>,
  work: (attempt: Visit<S>) => Promise<unknown>,
  givenUp: (attempt: Visit<S>) => void = () => undefined,
): Promise<Transition> {
  const { state, run } = visit;
  const retries = new Retries(state.Retry);
  for (let retryCount = 0; ; retryCount++) {
    const attempt = { ...visit, retryCount };
    try {
      const result = await work(attempt);
      return await leave(attempt, state, '', state.Next, result, { result });
    } catch (error) {
      if (!(error instanceof StatesError) || run.signal.aborted) throw error;
      const delay = retries.take(error.error);
      if (delay === undefined) {
        givenUp(attempt);
        return recover(attempt, error);
      }
      await run.clock.sleep(delay, run.signal);
    }
  }
}

async function recover(visit: Visit<TaskState | MapState>, error: StatesError): Promise<Transition> {
  const index = visit.state.Catch.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error.error));
  const catcher = visit.state.Catch[index];
  if (!catcher) throw error;
  const errorOutput = { Error: error.error, ...(error.cause !== undefined && { Cause: error.cause }) };
  return leave(visit, catcher, `Catch[${index}]/`, catcher.Next, errorOutput, { errorOutput });
}
