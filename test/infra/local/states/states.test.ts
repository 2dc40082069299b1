import { describe, expect, it } from 'vitest';
import { outputOf, runMachine } from './run.ts';

const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const done = { Type: 'Succeed' };

describe('data', () => {
  it('Assign sees the variables as they were, Output too', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'C' },
      C: { Type: 'Pass', Output: { x: '{% $x %}', y: '{% $y %}', input: '{% $states.input %}' }, End: true },
    };
    expect(await outputOf({ states })).toEqual({ x: 2, y: 1, input: 1 });
  });

  it('a variable may be null, and keeps until it is assigned again', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { x: null }, Next: 'B' },
      B: { Type: 'Pass', Next: 'C' },
      C: { Type: 'Succeed', Output: '{% $x = null %}' },
    };
    expect(await outputOf({ states })).toBe(true);
  });

  it('the context object', async () => {
    const states = {
      W: { Type: 'Wait', Seconds: 5, Next: 'A' },
      A: { Type: 'Pass', Output: '{% $states.context %}', End: true },
    };
    expect(await outputOf({ states, input: { a: 1 } })).toEqual({
      Execution: {
        Id: 'arn:aws:states:eu-central-1:1:execution:m:e',
        Input: { a: 1 },
        Name: 'e',
        RoleArn: 'arn:aws:iam::1:role/r',
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:eu-central-1:1:stateMachine:m', Name: 'm' },
      State: { Name: 'A', EnteredTime: '2026-01-01T00:00:05.000Z' },
    });
  });

  it('Arguments, result and Output of a Task', async () => {
    const states = {
      T: {
        ...invoke,
        Arguments: { FunctionName: 'f', Payload: { n: '{% $states.input.n %}' } },
        Assign: { got: '{% $states.result.Payload %}' },
        Output: '{% $states.result.Payload & $states.input.n %}',
      },
    };
    const seen: unknown[] = [];
    const runTask = async (resource: string, args: unknown) => {
      seen.push(resource, args);
      return { Payload: 'p' };
    };
    expect(await outputOf({ states, input: { n: 4 }, runTask })).toBe('p4');
    expect(seen).toEqual(['arn:aws:states:::lambda:invoke', { FunctionName: 'f', Payload: { n: 4 } }]);
  });

  it('a task that answers nothing has null as its result', async () => {
    expect(await outputOf({ states: { T: invoke }, runTask: async () => undefined })).toBeNull();
  });

  it('without Arguments and Output: the input in, the result out', async () => {
    expect(await outputOf({ states: { T: invoke }, input: { n: 4 }, runTask: async (_, args) => args })).toEqual({
      n: 4,
    });
  });
});

describe('Choice', () => {
  const choice = {
    Type: 'Choice',
    Choices: [
      { Condition: '{% $states.input.n > 10 %}', Next: 'End', Assign: { size: 'large' } },
      { Condition: '{% $states.input.n > 5 %}', Next: 'End', Assign: { size: 'medium' }, Output: 'of the rule' },
    ],
    Default: 'End',
    Assign: { size: 'small' },
    Output: 'of the default',
  };
  const End = { Type: 'Succeed', Output: '{% [$size, $states.input] %}' };

  it.each([
    [11, ['large', { n: 11 }]],
    [6, ['medium', 'of the rule']],
    [1, ['small', 'of the default']],
  ])('%j takes the first rule that holds', async (n, expected) => {
    expect(await outputOf({ states: { C: choice, End }, input: { n } })).toEqual(expected);
  });

  it('without a match and Default', async () => {
    const states = { C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }] }, End };
    expect((await runMachine({ states })).ending).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  it.each([
    ["{% 'yes' %}", 'Condition must be true or false.'],
    ['{% $states.input.absent %}', "specified for the field 'Choices[0]/Condition' returned nothing (undefined)."],
  ])('a condition %s', async (Condition, message) => {
    const states = { C: { Type: 'Choice', Choices: [{ Condition, Next: 'End' }], Default: 'End' }, End };
    const { ending, types } = await runMachine({ states });
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(ending?.cause).toContain(`An error occurred while executing the state 'C' (entered at the event id #2).`);
    expect(ending?.cause).toContain(message);
    expect(types).toEqual(['ExecutionStarted', 'ChoiceStateEntered', 'EvaluationFailed', 'ExecutionFailed']);
  });
});

describe('Wait', () => {
  it.each([
    [{ Seconds: 40 * 86_400 }, 40 * 86_400_000],
    [{ Seconds: '{% $states.input.s %}' }, 7_000],
    [{ Seconds: 0 }, 0],
    [{ Seconds: 99_999_999 }, 99_999_999_000],
    [{ Timestamp: '2026-01-01T01:00:00+01:00' }, 0],
    [{ Timestamp: '{% $states.input.at %}' }, 60_000],
    [{ Timestamp: '2020-01-01T00:00:00Z' }, 0],
  ])('%j', async (fields, took) => {
    const states = { W: { Type: 'Wait', ...fields, Next: 'Done' }, Done: done };
    const outcome = await runMachine({ states, input: { s: 7, at: '2026-01-01T00:01:00Z' } });
    expect(outcome).toMatchObject({ took, ending: { status: 'SUCCEEDED' } });
  });

  it.each([
    [{ Seconds: '{% -1 %}' }],
    [{ Seconds: '{% 1.5 %}' }],
    [{ Seconds: '{% 100000000 %}' }],
    [{ Seconds: "{% '5' %}" }],
    [{ Timestamp: "{% 'tomorrow' %}" }],
  ])('%j fails', async (fields) => {
    const states = { W: { Type: 'Wait', ...fields, Next: 'Done' }, Done: done };
    expect((await runMachine({ states })).ending).toMatchObject({ error: 'States.QueryEvaluationError' });
  });
});

describe('Fail', () => {
  it('ends with its Error and Cause, evaluated', async () => {
    const states = { F: { Type: 'Fail', Error: 'Sad', Cause: "{% 'because ' & $states.input.why %}" } };
    const outcome = await runMachine({ states, input: { why: 'rain' } });
    expect(outcome.ending).toEqual({ status: 'FAILED', error: 'Sad', cause: 'because rain' });
    expect(outcome.types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });
});
