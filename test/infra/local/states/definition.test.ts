import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../../infra/local/states/definition.ts';

const machine = (state: object, top: object = {}) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'First',
    States: { First: state, Last: { Type: 'Succeed' } },
    ...top,
  });
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'Last' };

describe('a definition that runs here', () => {
  it.each([
    ['Task', { ...task, Arguments: { a: 1 }, TimeoutSeconds: 5, Retry: [{ ErrorEquals: ['A'] }] }],
    ['Task with a time-out by expression', { ...task, TimeoutSeconds: '{% $states.input.t %}' }],
    ['Wait', { Type: 'Wait', Seconds: '{% $n %}', Next: 'Last', Assign: { a: 1 } }],
    ['Choice', { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Last' }], Default: 'Last' }],
    ['Pass', { Type: 'Pass', Output: 'x', End: true }],
    ['Fail', { Type: 'Fail', Error: 'E', Cause: '{% $c %}' }],
  ])('%s', (_, state) => {
    expect(parseDefinition(machine(state)).States.First).toMatchObject(state);
  });

  it('has the defaults of a retrier that AWS documents', () => {
    const { First } = parseDefinition(machine({ ...task, Retry: [{ ErrorEquals: ['A'] }] })).States;
    expect(First).toMatchObject({ Retry: [{ IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }] });
  });
});

describe('a definition that does not', () => {
  it.each([
    ['a state type of another kind', machine({ Type: 'Parallel', End: true }), 'States/First/Type: is a state type'],
    [
      'a field of a Task',
      machine({ ...task, HeartbeatSeconds: 5 }),
      'States/First: Unrecognized key: "HeartbeatSeconds"',
    ],
    ['a JSONPath field', machine({ ...task, ResultPath: '$' }), 'Unrecognized key: "ResultPath"'],
    [
      'a field of a Wait',
      machine({ Type: 'Wait', SecondsPath: '$.s', Next: 'Last' }),
      'Unrecognized key: "SecondsPath"',
    ],
    [
      'a field of a Choice',
      machine({ Type: 'Choice', Choices: [{ Condition: true, Next: 'Last' }], Next: 'Last' }),
      '"Next"',
    ],
    ['a field of a rule', machine({ Type: 'Choice', Choices: [{ Variable: '$.a', Next: 'Last' }] }), '"Variable"'],
    ['a field of a Pass', machine({ Type: 'Pass', Result: 1, Next: 'Last' }), 'Unrecognized key: "Result"'],
    ['a field of a Succeed', machine({ Type: 'Succeed', Next: 'Last' }), 'Unrecognized key: "Next"'],
    ['a field of a Fail', machine({ Type: 'Fail', ErrorPath: '$' }), 'Unrecognized key: "ErrorPath"'],
    ['a field of a retrier', machine({ ...task, Retry: [{ ErrorEquals: ['A'], Backoff: 2 }] }), 'States/First/Retry/0'],
    [
      'a field of a catcher',
      machine({ ...task, Catch: [{ ErrorEquals: ['A'], Next: 'Last', ResultPath: '$' }] }),
      'Catch/0',
    ],
    [
      'a field of the machine',
      machine(task, { ProcessorConfig: {} }),
      'definition: Unrecognized key: "ProcessorConfig"',
    ],
    ['JSONPath', machine(task, { QueryLanguage: 'JSONPath' }), 'QueryLanguage: must be JSONata'],
    ['a state in JSONPath', machine({ ...task, QueryLanguage: 'JSONPath' }), 'States/First/QueryLanguage'],
    ['a task token', machine({ ...task, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }), 'Resource'],
    ['an activity', machine({ ...task, Resource: 'arn:aws:states:eu-central-1:1:activity:a' }), 'Resource'],
    ['an unknown first state', machine(task, { StartAt: 'Nowhere' }), 'there is no state "Nowhere"'],
    ['an unknown next state', machine({ ...task, Next: 'Nowhere' }), 'there is no state "Nowhere"'],
    ['an unknown catcher', machine({ ...task, Catch: [{ ErrorEquals: ['A'], Next: 'X' }] }), 'there is no state "X"'],
    ['neither Next nor End', machine({ Type: 'Pass' }), 'States/First: has neither Next nor End'],
    ['both Next and End', machine({ ...task, End: true }), 'States/First: has both Next and End'],
    ['a Wait for nothing', machine({ Type: 'Wait', Next: 'Last' }), 'needs one of Seconds and Timestamp'],
    [
      'broken JSONata',
      machine({ Type: 'Pass', Output: { a: '{% 1 + %}' }, Next: 'Last' }),
      'States/First/Output/a: is no JSONata',
    ],
    ['a variable named states', machine({ ...task, Assign: { states: 1 } }), '`states` is a reserved name'],
    ['a Seconds that is a text', machine({ Type: 'Wait', Seconds: '5', Next: 'Last' }), 'States/First/Seconds'],
  ])('%s', (_, text, message) => {
    expect(() => parseDefinition(text)).toThrow(message);
  });
});
