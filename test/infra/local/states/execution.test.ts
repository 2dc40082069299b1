import { describe, expect, it } from 'vitest';
import { Interrupted, Stopped } from '../../../../infra/local/states/execution.ts';
import { execute } from '../../../support/execution.ts';
import { runMachine } from './run.ts';

const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const done = { Type: 'Succeed' };

describe('limits', () => {
  const large = 'x'.repeat(256 * 1024);

  it('a result over 256 KiB fails the task, and no wildcard catches it', async () => {
    const states = { T: { ...invoke, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] }, Done: done };
    const { ending, types } = await runMachine({ states, runTask: async () => large });
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(types).toContain('TaskFailed');
  });

  it('an output over 256 KiB fails the execution', async () => {
    const states = { P: { Type: 'Pass', Output: "{% $pad('', 262144, 'x') %}", Next: 'Done' }, Done: done };
    expect((await runMachine({ states })).ending).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  it.each([
    ['256 KiB', 'x'.repeat(256 * 1024 - '""'.length), 'SUCCEEDED'],
    ['half as many characters of two bytes each, and the quotes', 'é'.repeat(128 * 1024), 'FAILED'],
  ])('bytes count, not characters: %s', async (_, result, status) => {
    expect((await runMachine({ states: { T: invoke }, runTask: async () => result })).ending?.status).toBe(status);
  });

  it('an endless loop ends at 25,000 events', async () => {
    const states = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };
    const { ending, events } = await runMachine({ states });
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(events).toHaveLength(25_000);
    expect(events.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });

  it('a fault of the runner is no error that a machine can take', async () => {
    const states = { T: { ...invoke, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] }, Done: done };
    const runTask = async () => {
      throw new TypeError('bug');
    };
    expect((await runMachine({ states, runTask })).ending).toMatchObject({ error: 'States.Runtime' });
  });
});

describe('the end from outside', () => {
  const states = { W: { Type: 'Wait', Seconds: 100, Next: 'Done' }, Done: done };

  it('the time-out of the machine', async () => {
    const outcome = await runMachine({ states, top: { TimeoutSeconds: 30 } });
    expect(outcome.ending).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(outcome.took).toBe(30_000);
    expect(outcome.events.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
  });

  it('a time-out that is not reached leaves nothing behind', async () => {
    expect(await runMachine({ states, top: { TimeoutSeconds: 3_000 } })).toMatchObject({ took: 100_000 });
  });

  it.each([
    [new Stopped(), {}],
    [new Stopped('Operator', 'no longer needed'), { error: 'Operator', cause: 'no longer needed' }],
  ])('a stop while a task runs', async (reason, details) => {
    const stop = new AbortController();
    let signalled = false;
    const outcome = await runMachine({
      states: { T: { ...invoke, Retry: [{ ErrorEquals: ['States.ALL'] }] } },
      stop,
      runTask: (_resource, _args, signal) => {
        signal.addEventListener('abort', () => {
          signalled = true;
        });
        stop.abort(reason);
        return new Promise(() => undefined);
      },
    });
    expect(signalled).toBe(true);
    expect(outcome.ending).toEqual({ status: 'ABORTED', ...details });
    expect(outcome.types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'ExecutionAborted',
    ]);
    expect(outcome.events.at(-1)).toMatchObject({ previousEventId: 0, executionAbortedEventDetails: details });
  });

  it('a stop wins over a failure that is under way', async () => {
    const stop = new AbortController();
    const definition = { QueryLanguage: 'JSONata', StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Sad' } } };
    const { ending } = await execute(JSON.stringify(definition), {
      stop,
      runTask: async () => null,
      onEvent: ({ type }) => {
        if (type === 'FailStateEntered') stop.abort(new Stopped('Operator'));
      },
    });
    expect(ending).toEqual({ status: 'ABORTED', error: 'Operator' });
  });

  it('an interruption ends nothing', async () => {
    const stop = new AbortController();
    stop.abort(new Interrupted());
    expect(await runMachine({ states, stop })).toMatchObject({ ending: undefined, types: ['ExecutionStarted'] });
  });
});
