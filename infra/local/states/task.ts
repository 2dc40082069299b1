import type { Clock } from '../clock.ts';
import { LostTime } from '../lambda/lost-time.ts';
import type { TaskState } from './definition.ts';
import { StatesError } from './errors.ts';
import { outputDetails } from './history.ts';
import { evaluateField, evaluationFailed, serialize, type Visit } from './visit.ts';

/** One attempt of a Task, with the events that AWS records for it. */
export async function runTask(visit: Visit<TaskState>): Promise<unknown> {
  const { run, state, name } = visit;
  const args = await evaluateField(visit, 'Arguments', state.Arguments ?? visit.input);
  const parameters = serialize(args, name);
  const timeoutSeconds = await timeoutOf(visit);
  const service = serviceOf(state.Resource);
  run.signal.throwIfAborted();
  const child = visit.retryCount === 0 ? visit.position?.child : undefined;
  if (child === undefined) {
    run.history.add('TaskScheduled', {
      taskScheduledEventDetails: {
        ...service,
        region: run.region,
        parameters,
        ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
      },
    });
    run.history.add('TaskStarted', { taskStartedEventDetails: service });
  }
  try {
    const submitted = (answer: unknown) => {
      const output = outputDetails(serialize(answer, service.resourceType));
      run.history.add('TaskSubmitted', { taskSubmittedEventDetails: { ...service, ...output } });
    };
    const result = await withinTime({ ...visit, child }, args, timeoutSeconds, submitted);
    const output = serialize(result, service.resourceType);
    run.history.add('TaskSucceeded', { taskSucceededEventDetails: { ...service, ...outputDetails(output) } });
    return result;
  } catch (error) {
    run.signal.throwIfAborted();
    throw recordFailure(visit, service, error);
  }
}

function recordFailure({ run }: Visit, service: { resourceType: string; resource: string }, thrown: unknown) {
  const failure = thrown instanceof StatesError ? thrown : new StatesError('States.Runtime', String(thrown));
  if (failure.error === 'States.Timeout') {
    run.history.add('TaskTimedOut', { taskTimedOutEventDetails: { ...service, error: failure.error } });
  } else {
    run.history.add('TaskFailed', {
      taskFailedEventDetails: {
        ...service,
        error: failure.error,
        ...(failure.cause !== undefined && { cause: failure.cause }),
      },
    });
  }
  return failure;
}

async function withinTime(
  { run, state, child }: Visit<TaskState> & { child: string | undefined },
  args: unknown,
  timeoutSeconds: number | undefined,
  submitted: (answer: unknown) => void,
) {
  const over = new AbortController();
  const signal = AbortSignal.any([run.signal, over.signal]);
  const lost = new LostTime(() => run.clock.now());
  const identity = { roleArn: run.execution.roleArn, child };
  const rivals = [run.runTask(state.Resource, args, signal, submitted, lost, identity), aborted(signal)];
  if (timeoutSeconds !== undefined) rivals.push(timeOut(run.clock, timeoutSeconds * 1_000, lost, signal));
  try {
    return (await Promise.race(rivals)) ?? null;
  } finally {
    over.abort(new Error('the attempt is over'));
  }
}

/** Throws States.Timeout once the task had its time. */
async function timeOut(clock: Clock, ms: number, lost: LostTime, signal: AbortSignal): Promise<never> {
  const begin = clock.now();
  const left = () => ms + lost.ms - (clock.now() - begin);
  while (left() > 0) await clock.sleep(left(), signal);
  throw new StatesError('States.Timeout');
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

async function timeoutOf(visit: Visit<TaskState>): Promise<number | undefined> {
  if (visit.state.TimeoutSeconds === undefined) return undefined;
  const seconds = await evaluateField(visit, 'TimeoutSeconds', visit.state.TimeoutSeconds);
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds;
  throw evaluationFailed(visit, 'TimeoutSeconds', 'TimeoutSeconds must be a positive whole number.');
}

/** `arn:aws:states:::lambda:invoke` is `invoke` of `lambda`; a version belongs to the name. */
function serviceOf(resource: string): { resourceType: string; resource: string } {
  const parts = /^(.+?):([^:]+\.sync:2|[^:]+)$/.exec(resource.split(':::').at(-1) ?? '');
  return { resourceType: parts?.[1] ?? '', resource: parts?.[2] ?? resource };
}
