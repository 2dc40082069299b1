import { describe, expect, test } from 'vitest';
import { statusOf, traceOf } from '../../../../../infra/local/console/graph/trace.ts';
import { historyOf } from './graphs.ts';

const entered = (name: string) => `TaskStateEntered ${name}`;
const begun = ['TaskScheduled', 'TaskStarted'];
const passed = (name: string) => [entered(name), ...begun, 'TaskSucceeded', `TaskStateExited ${name}`];
const start = 'ExecutionStarted';

/** Colours of the Step Functions console: a state has that of its latest visit. */
const table: [what: string, history: string[], colours: Record<string, string>][] = [
  ['nothing', [start], { A: 'not_visited' }],
  ['a state that was left', [start, ...passed('A')], { A: 'succeeded' }],
  ['a state that is entered', [start, entered('A'), ...begun], { A: 'in_progress' }],
  [
    'a failure that is tried again',
    [start, entered('A'), ...begun, 'TaskFailed - Boom', ...begun],
    { A: 'in_progress' },
  ],
  [
    'a failure that a retry mended',
    [start, entered('A'), ...begun, 'TaskFailed - Boom', ...begun, 'TaskSucceeded', 'TaskStateExited A'],
    { A: 'succeeded' },
  ],
  [
    'a failure that was caught',
    [start, entered('A'), ...begun, 'TaskTimedOut - States.Timeout', 'TaskStateExited A', ...passed('B')],
    { A: 'caught', B: 'succeeded' },
  ],
  [
    'a failure that nothing caught',
    [start, entered('A'), ...begun, 'TaskFailed - Boom', 'ExecutionFailed - Boom'],
    { A: 'failed' },
  ],
  [
    'an ending that is red',
    [start, ...passed('A'), 'FailStateEntered End', 'ExecutionFailed - Red'],
    { End: 'failed' },
  ],
  [
    'an ending that is green',
    [start, 'SucceedStateEntered End', 'SucceedStateExited End', 'ExecutionSucceeded'],
    { End: 'succeeded' },
  ],
  ['a stop', [start, ...passed('A'), entered('B'), 'ExecutionAborted - Stopped'], { A: 'succeeded', B: 'cancelled' }],
  ['a time-out', [start, entered('A'), 'ExecutionTimedOut'], { A: 'timed_out' }],
  [
    'a loop whose last turn runs',
    [start, ...passed('A'), ...passed('B'), entered('A')],
    { A: 'in_progress', B: 'succeeded' },
  ],
];

describe('the colour of a state', () => {
  test.each(table)('after %s', (_, history, colours) => {
    const trace = traceOf(historyOf(...history));
    expect(Object.fromEntries(Object.keys(colours).map((name) => [name, statusOf(trace, name)]))).toEqual(colours);
  });
});

test('a visit has its times, its attempts, what went in and out, and its trouble', () => {
  const history = historyOf(
    start,
    entered('A'),
    ...begun,
    'TaskFailed - Boom',
    ...begun,
    'TaskFailed - Bang',
    'TaskStateExited A',
  );
  const [visit] =
    traceOf(
      history.map((event) => ({
        ...event,
        details: {
          ...event.details,
          ...(event.type.endsWith('Entered') && { input: '{"a":1}' }),
          ...(event.type.endsWith('Exited') && { output: '{"b":2}' }),
        },
      })),
    ).visits.get('A') ?? [];
  expect(visit).toEqual({
    ...{ state: 'A', status: 'caught', attempts: 2, input: '{"a":1}', output: '{"b":2}' },
    ...{ error: 'Bang', cause: 'cause of Bang', events: [2, 3, 4, 5, 6, 7, 8, 9] },
    ...{ enteredAt: '2027-03-01T00:00:01.000Z', leftAt: '2027-03-01T00:00:08.000Z' },
  });
});

test('the turns of a loop are visits, and transitions are counted', () => {
  const { visits, transitions } = traceOf(
    historyOf(start, ...passed('A'), ...passed('B'), ...passed('A'), ...passed('B')),
  );
  expect([...visits].map(([name, each]) => [name, each.length])).toEqual([
    ['A', 2],
    ['B', 2],
  ]);
  expect(Object.fromEntries(transitions)).toEqual({ 'A → B': 2, 'B → A': 1 });
});

test('branches of a Map are told apart, and the Map is over with its last iteration', () => {
  const at = '2027-03-01T00:00:00.000Z';
  const events = [
    [1, 0, 'ExecutionStarted', undefined],
    [2, 0, 'MapStateEntered', 'Groups'],
    [3, 2, 'MapStateStarted', undefined],
    [4, 3, 'MapIterationStarted', 'Groups'],
    [5, 3, 'MapIterationStarted', 'Groups'],
    [6, 4, 'TaskStateEntered', 'Decide'],
    [7, 5, 'TaskStateEntered', 'Decide'],
    [8, 7, 'TaskScheduled', undefined],
    [9, 6, 'TaskScheduled', undefined],
    [10, 8, 'TaskFailed', undefined],
    [11, 10, 'TaskStateExited', 'Decide'],
    [12, 11, 'PassStateEntered', 'Group failed'],
    [13, 12, 'PassStateExited', 'Group failed'],
    [14, 9, 'TaskSucceeded', undefined],
    [15, 14, 'TaskStateExited', 'Decide'],
    [16, 15, 'MapIterationSucceeded', 'Groups'],
    [17, 13, 'MapIterationSucceeded', 'Groups'],
    [18, 17, 'MapStateSucceeded', undefined],
    [19, 18, 'MapStateExited', 'Groups'],
    [20, 19, 'SucceedStateEntered', 'Done'],
  ] as const;
  const trace = traceOf(
    events.map(([id, previousId, type, name]) => ({ id, previousId, type, at, details: name ? { name } : {} })),
  );
  expect(trace.visits.get('Decide')?.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['succeeded', 1],
    ['caught', 1],
  ]);
  expect(statusOf(trace, 'Groups')).toBe('succeeded');
  expect(Object.fromEntries(trace.transitions)).toEqual({ 'Decide → Group failed': 1, 'Groups → Done': 1 });
  expect([8, 9, 18].map((id) => trace.stateOf.get(id))).toEqual(['Decide', 'Decide', 'Groups']);
});
