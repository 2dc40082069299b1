import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../../infra/local/states/definition.ts';
import { StatesError } from '../../../../infra/local/states/errors.ts';
import { Stopped } from '../../../../infra/local/states/execution.ts';
import { outputOf, runMachine } from './run.ts';

const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const each = (states: Record<string, object>, more: object = {}) => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: Object.keys(states)[0], States: states },
  End: true,
  ...more,
});
/** Waits as many seconds as the item says; one that is negative fails at once. */
const waits = {
  Wait: { Type: 'Wait', Seconds: '{% $abs($states.input) %}', Next: 'Work' },
  Work: { ...invoke, Arguments: '{% $states.input %}' },
};
const work = async (_: string, args: unknown) => {
  if (typeof args === 'number' && args < 0) throw new StatesError('Boom', `of ${args}`);
  return args;
};
const chainOf = (events: { id: number; previousEventId: number; type: string }[]) =>
  events.map(({ id, previousEventId, type }) => `${id} ${type} < ${previousEventId}`);

describe('Map', () => {
  it('gives the outputs by item, whichever ends first', async () => {
    const run = await runMachine({ states: { M: each(waits) }, input: [30, 10, 20], runTask: work });
    expect(run.ending?.output).toBe('[30,10,20]');
    expect(run.took).toBe(30_000);
  });

  it.each([0, 100])('runs 40 at once at the most, also where it may run %i', async (MaxConcurrency) => {
    const tens = Array.from({ length: 41 }, () => 10);
    const M = each(waits, { MaxConcurrency });
    expect((await runMachine({ states: { M }, input: tens, runTask: work })).took).toBe(20_000);
    expect((await runMachine({ states: { M }, input: tens.slice(1), runTask: work })).took).toBe(10_000);
  });

  it.each([
    [1, 60_000],
    [2, 30_000],
    [0, 30_000],
  ])('runs %i at once', async (MaxConcurrency, took) => {
    const M = each(waits, { MaxConcurrency });
    expect((await runMachine({ states: { M }, input: [30, 10, 20], runTask: work })).took).toBe(took);
  });

  it('takes Items and hands on what ItemSelector makes of each', async () => {
    const M = each(
      { P: { Type: 'Pass', Output: '{% [$states.input, $states.context.Map.Item.Index] %}', End: true } },
      {
        Items: '{% $states.input.list %}',
        ItemSelector: { item: '{% $states.context.Map.Item.Value %}', of: '{% $states.input.name %}' },
      },
    );
    expect(await outputOf({ states: { M }, input: { name: 'n', list: ['a', 'b'] } })).toEqual([
      [{ item: 'a', of: 'n' }, 0],
      [{ item: 'b', of: 'n' }, 1],
    ]);
  });

  it('has variables of its own in each iteration, and reads those outside', async () => {
    const inner = {
      A: { Type: 'Pass', Assign: { mine: '{% $states.input * $factor %}' }, Next: 'B' },
      B: { Type: 'Pass', Output: '{% $mine %}', End: true },
    };
    const states = {
      First: { Type: 'Pass', Assign: { factor: 10 }, Next: 'M' },
      M: { ...each(inner), End: undefined, Assign: { sum: '{% $sum($states.result) %}' }, Next: 'Last' },
      Last: { Type: 'Pass', Output: '{% [$sum, $exists($mine)] %}', End: true },
    };
    expect(await outputOf({ states, input: [1, 2] })).toEqual([30, false]);
  });

  it('of no items ends at once', async () => {
    expect(await outputOf({ states: { M: each(waits) }, input: [] })).toEqual([]);
  });

  it('refuses Items that are no array', async () => {
    const { ending } = await runMachine({ states: { M: each(waits) }, input: { a: 1 } });
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  it('fails with the iteration that fails first, and stops the others', async () => {
    const run = await runMachine({ states: { M: each(waits) }, input: [30, -10, 20], runTask: work });
    expect(run.ending).toEqual({ status: 'FAILED', error: 'Boom', cause: 'of -10' });
    expect(run.took).toBe(10_000);
    expect(run.details('mapIterationAbortedEventDetails')).toEqual([
      { name: 'M', index: 0 },
      { name: 'M', index: 2 },
    ]);
    expect(run.types.slice(-5)).toEqual([
      'MapIterationFailed',
      'MapIterationAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('Retry runs all of it again, Catch goes on with the error', async () => {
    const Retry = [{ ErrorEquals: ['Boom'], IntervalSeconds: 5, MaxAttempts: 1 }];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught', Output: '{% $states.errorOutput.Error %}' }];
    const states = { M: each(waits, { Retry, Catch }), Caught: { Type: 'Succeed' } };
    const run = await runMachine({ states, input: [-10, 3], runTask: work });
    expect(run.ending?.output).toBe('"Boom"');
    expect(run.took).toBe(25_000);
    expect(run.details('mapStateStartedEventDetails')).toEqual([{ length: 2 }, { length: 2 }]);
    expect(run.types.filter((type) => type === 'MapStateFailed')).toHaveLength(1);
  });

  it('is stopped with the execution', async () => {
    const stop = new AbortController();
    const states = { M: each({ Work: invoke }) };
    const runTask = () => {
      stop.abort(new Stopped('E', 'c'));
      return new Promise(() => undefined);
    };
    const run = await runMachine({ states, input: [1, 2], stop, runTask });
    expect(run.ending).toEqual({ status: 'ABORTED', error: 'E', cause: 'c' });
  });
});

/** As GetExecutionHistory of AWS chains them: what ends an iteration is not what the next one follows from. */
describe('history of a Map', () => {
  const pass = { P: { Type: 'Pass', End: true } };

  it('one after the other', async () => {
    const { events } = await runMachine({ states: { M: each(pass, { MaxConcurrency: 1 }) }, input: ['a', 'b'] });
    expect(chainOf(events)).toEqual([
      '1 ExecutionStarted < 0',
      '2 MapStateEntered < 0',
      '3 MapStateStarted < 2',
      '4 MapIterationStarted < 3',
      '5 PassStateEntered < 4',
      '6 PassStateExited < 5',
      '7 MapIterationSucceeded < 6',
      '8 MapIterationStarted < 6',
      '9 PassStateEntered < 8',
      '10 PassStateExited < 9',
      '11 MapIterationSucceeded < 10',
      '12 MapStateSucceeded < 11',
      '13 MapStateExited < 11',
      '14 ExecutionSucceeded < 13',
    ]);
    expect(events[3]).toMatchObject({ mapIterationStartedEventDetails: { name: 'M', index: 0 } });
    expect(events[6]).toMatchObject({ mapIterationSucceededEventDetails: { name: 'M', index: 0 } });
  });

  it('at once', async () => {
    const { events } = await runMachine({ states: { M: each(pass) }, input: ['a', 'b'] });
    const previous = (type: string) => events.filter((event) => event.type === type).map((e) => e.previousEventId);
    expect(previous('MapIterationStarted')).toEqual([3, 3]);
    const started = events.filter(({ type }) => type === 'MapIterationStarted').map(({ id }) => id);
    expect(previous('PassStateEntered')).toEqual(started);
  });
});

describe('a definition with a Map that does not run here', () => {
  const definition = (map: object, more: object = {}) =>
    JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'M', States: { M: map, ...more } });
  const inner = (more: object) => each({ P: { Type: 'Pass', End: true, ...more } });

  it.each([
    ['a target outside', definition(inner({ End: undefined, Next: 'Z' }), { Z: { Type: 'Succeed' } }), 'no state "Z"'],
    ['a Map within', definition(each({ N: inner({}) })), 'is a state type'],
    [
      'a name that is taken',
      definition({ ...inner({}), End: undefined, Next: 'P' }, { P: { Type: 'Succeed' } }),
      'name',
    ],
    ['a variable of outside', definition({ ...inner({ Assign: { x: 1 } }), Assign: { x: 2 } }), 'assigns "x"'],
    ['Items that is a text', definition({ ...inner({}), Items: 'all' }), 'States/M/Items'],
  ])('%s', (_, text, message) => {
    expect(() => parseDefinition(text)).toThrow(message);
  });
});
