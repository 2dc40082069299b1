import { afterEach, describe, expect, it, vi } from 'vitest';
import { StatesError } from '../../../../infra/local/states/errors.ts';
import type { TaskRunner } from '../../../../infra/local/states/visit.ts';
import { outputOf, runMachine } from './run.ts';

const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const never: TaskRunner = () => new Promise(() => undefined);

/** Fails with these errors in turn, then answers `ok`. */
function script(...errors: string[]): { runTask: TaskRunner; calls: () => number } {
  let calls = 0;
  const runTask = async () => {
    const error = errors[calls++];
    if (error !== undefined) throw new StatesError(error, `cause of ${error}`);
    return 'ok';
  };
  return { runTask, calls: () => calls };
}

describe('Retry', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const retried = (...Retry: object[]) => ({ T: { ...invoke, Retry } });

  it.each([
    ['the documented defaults: 1 + 2 + 4 s', { ErrorEquals: ['E'] }, 3, 7],
    ['10 + 20 + 40 s', { ErrorEquals: ['E'], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 3 }, 3, 70],
    ['at most 15 s each', { ErrorEquals: ['E'], IntervalSeconds: 10, MaxDelaySeconds: 15, MaxAttempts: 3 }, 3, 40],
    ['a factor of 1', { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 4, BackoffRate: 1, MaxAttempts: 2 }, 2, 8],
  ])('%s', async (_, retrier, failures, seconds) => {
    const { runTask, calls } = script(...Array.from({ length: failures }, () => 'E'));
    const outcome = await runMachine({ states: retried(retrier), runTask });
    expect(outcome).toMatchObject({ ending: { status: 'SUCCEEDED' }, took: seconds * 1_000 });
    expect(calls()).toBe(failures + 1);
  });

  it('full jitter takes any part of the delay', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.25);
    const states = retried({ ErrorEquals: ['E'], IntervalSeconds: 8, JitterStrategy: 'FULL' });
    expect(await runMachine({ states, runTask: script('E').runTask })).toMatchObject({ took: 2_000 });
  });

  it('fails with the last error once the attempts are used up', async () => {
    const { runTask, calls } = script('E', 'E', 'E');
    const { ending } = await runMachine({ states: retried({ ErrorEquals: ['E'], MaxAttempts: 2 }), runTask });
    expect(ending).toEqual({ status: 'FAILED', error: 'E', cause: 'cause of E' });
    expect(calls()).toBe(3);
  });

  it('counts each retrier by itself', async () => {
    const states = retried({ ErrorEquals: ['A'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'], MaxAttempts: 2 });
    expect((await runMachine({ states, runTask: script('A', 'B', 'B').runTask })).ending?.status).toBe('SUCCEEDED');
    expect((await runMachine({ states, runTask: script('A', 'B', 'A').runTask })).ending?.status).toBe('FAILED');
  });

  it.each([[0], ['States.Timeout']])('does not take what it does not name: %j', async (pattern) => {
    const { runTask, calls } = script('E');
    const retrier = pattern === 0 ? { ErrorEquals: ['E'], MaxAttempts: 0 } : { ErrorEquals: [pattern] };
    expect((await runMachine({ states: retried(retrier), runTask })).ending?.error).toBe('E');
    expect(calls()).toBe(1);
  });

  it('evaluates the arguments anew, with the count of retries', async () => {
    const args: unknown[] = [];
    const { runTask } = script('E', 'E');
    const T = { ...retried({ ErrorEquals: ['E'] }).T, Arguments: '{% $states.context.State.RetryCount %}' };
    await outputOf({
      states: { T },
      runTask: (resource, value, ...rest) => {
        args.push(value);
        return runTask(resource, value, ...rest);
      },
    });
    expect(args).toEqual([0, 1, 2]);
  });

  it('retries a field that cannot be evaluated', async () => {
    const T = {
      ...retried({ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }).T,
      Output: '{% $absent %}',
    };
    const { runTask, calls } = script();
    const { ending, types } = await runMachine({ states: { T }, runTask });
    expect(ending?.error).toBe('States.QueryEvaluationError');
    expect(calls()).toBe(2);
    expect(types.filter((type) => type === 'EvaluationFailed')).toHaveLength(2);
  });
});

describe('Catch', () => {
  const Seen = { Type: 'Succeed', Output: '{% [$states.input, $seen] %}' };
  const caught = (...Catch: object[]) => ({ T: { ...invoke, Catch }, Seen });

  it('hands the error on as Error and Cause', async () => {
    const states = caught({ ErrorEquals: ['E'], Next: 'Seen', Assign: { seen: '{% $states.errorOutput.Error %}' } });
    expect(await outputOf({ states, runTask: script('E').runTask })).toEqual([
      { Error: 'E', Cause: 'cause of E' },
      'E',
    ]);
  });

  it('with an Output and the input', async () => {
    const catcher = {
      ErrorEquals: ['States.ALL'],
      Next: 'Seen',
      Assign: { seen: '{% $states.input.n %}' },
      Output: '{% $parse(\'{"a":1}\').a %}',
    };
    expect(await outputOf({ states: caught(catcher), input: { n: 5 }, runTask: script('E').runTask })).toEqual([1, 5]);
  });

  it('takes the first catcher that names the error', async () => {
    const states = caught(
      { ErrorEquals: ['A'], Next: 'Seen', Assign: { seen: 1 } },
      { ErrorEquals: ['B'], Next: 'Seen', Assign: { seen: 2 } },
      { ErrorEquals: ['States.ALL'], Next: 'Seen', Assign: { seen: 3 } },
    );
    const seen = async (error: string) => outputOf({ states, runTask: script(error).runTask });
    expect([await seen('A'), await seen('B'), await seen('C')]).toMatchObject([
      [{}, 1],
      [{}, 2],
      [{}, 3],
    ]);
  });

  it('comes after the retries, and leaves the state', async () => {
    const states = caught({ ErrorEquals: ['E'], Next: 'Seen', Assign: { seen: 0 } });
    const T = { ...states.T, Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }] };
    const { types } = await runMachine({ states: { ...states, T }, runTask: script('E', 'E').runTask });
    const attempt = ['TaskScheduled', 'TaskStarted', 'TaskFailed'];
    expect(types.slice(1, -3)).toEqual(['TaskStateEntered', ...attempt, ...attempt, 'TaskStateExited']);
  });

  it('takes a field that cannot be evaluated', async () => {
    const states = caught({
      ErrorEquals: ['States.ALL'],
      Next: 'Seen',
      Assign: { seen: '{% $states.errorOutput.Error %}' },
    });
    const T = { ...states.T, Arguments: { a: '{% $absent %}' } };
    expect(await outputOf({ states: { ...states, T } })).toMatchObject([
      { Cause: expect.stringContaining("specified for the field 'Arguments/a'") },
      'States.QueryEvaluationError',
    ]);
  });

  it('fails the execution if its own fields cannot be evaluated', async () => {
    const states = caught({ ErrorEquals: ['States.ALL'], Next: 'Seen', Output: { v: '{% $absent %}' } });
    const { ending } = await runMachine({ states, runTask: script('E').runTask });
    expect(ending?.cause).toContain("specified for the field 'Catch[0]/Output/v'");
  });
});

describe('time-out of a Task', () => {
  it('fails the attempt with States.Timeout and tells the runner', async () => {
    let reason: unknown;
    const outcome = await runMachine({
      states: { T: { ...invoke, TimeoutSeconds: 5 } },
      runTask: (resource, args, signal, ...rest) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return never(resource, args, signal, ...rest);
      },
    });
    expect(outcome).toMatchObject({ ending: { status: 'FAILED', error: 'States.Timeout' }, took: 5_000 });
    expect(outcome.details('taskTimedOutEventDetails')).toEqual([
      { resourceType: 'lambda', resource: 'invoke', error: 'States.Timeout' },
    ]);
    expect(reason).toBeInstanceOf(Error);
  });

  it('does not count the time in which the machine did not let the task run', async () => {
    const outcome = await runMachine({
      states: { T: { ...invoke, TimeoutSeconds: 5 } },
      runTask: (resource, args, signal, submitted, lost, roleArn) => {
        lost.add(60_000);
        return never(resource, args, signal, submitted, lost, roleArn);
      },
    });
    expect(outcome).toMatchObject({ ending: { error: 'States.Timeout' }, took: 65_000 });
  });

  it('may be an expression, retried and caught', async () => {
    const T = {
      ...invoke,
      TimeoutSeconds: '{% $states.input.t %}',
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }],
    };
    const outcome = await runMachine({ states: { T, Late: { Type: 'Succeed' } }, input: { t: 3 }, runTask: never });
    expect(outcome).toMatchObject({ ending: { status: 'SUCCEEDED' }, took: 7_000 });
  });

  it('leaves no timer behind', async () => {
    const states = {
      T: { ...invoke, End: undefined, TimeoutSeconds: 500, Next: 'W' },
      W: { Type: 'Wait', Seconds: 1, End: true },
    };
    expect(await runMachine({ states, runTask: async () => 1 })).toMatchObject({ took: 1_000 });
  });

  it('has to be a positive whole number', async () => {
    const states = { T: { ...invoke, TimeoutSeconds: '{% 0 %}' } };
    expect((await runMachine({ states, runTask: never })).ending?.error).toBe('States.QueryEvaluationError');
  });
});
