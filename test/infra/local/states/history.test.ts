import { describe, expect, it } from 'vitest';
import { StatesError } from '../../../../infra/local/states/errors.ts';
import { runMachine } from './run.ts';

const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const done = { Type: 'Succeed' };
const failing = (error: string, cause?: string) => async () => {
  throw new StatesError(error, cause);
};

describe('history', () => {
  it('has the names, chain and details of AWS', async () => {
    const states = {
      T: {
        ...invoke,
        End: undefined,
        TimeoutSeconds: 9,
        Arguments: { FunctionName: 'f' },
        Assign: { a: 'x' },
        Next: 'Done',
      },
      Done: done,
    };
    const { events } = await runMachine({ states, input: { i: 1 }, runTask: async () => ({ ok: true }) });
    const service = { resourceType: 'lambda', resource: 'invoke' };
    const whole = { truncated: false };
    const timestamp = Date.UTC(2026, 0, 1) / 1000;
    expect(events).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp,
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input: '{"i":1}', inputDetails: whole, roleArn: 'arn:aws:iam::1:role/r' },
      },
      {
        id: 2,
        previousEventId: 0,
        timestamp,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'T', input: '{"i":1}', inputDetails: whole },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp,
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          ...service,
          region: 'eu-central-1',
          parameters: '{"FunctionName":"f"}',
          timeoutInSeconds: 9,
        },
      },
      { id: 4, previousEventId: 3, timestamp, type: 'TaskStarted', taskStartedEventDetails: service },
      {
        id: 5,
        previousEventId: 4,
        timestamp,
        type: 'TaskSucceeded',
        taskSucceededEventDetails: { ...service, output: '{"ok":true}', outputDetails: whole },
      },
      {
        id: 6,
        previousEventId: 5,
        timestamp,
        type: 'TaskStateExited',
        stateExitedEventDetails: {
          name: 'T',
          output: '{"ok":true}',
          outputDetails: whole,
          assignedVariables: { a: '"x"' },
          assignedVariablesDetails: whole,
        },
      },
      {
        id: 7,
        previousEventId: 6,
        timestamp,
        type: 'SucceedStateEntered',
        stateEnteredEventDetails: { name: 'Done', input: '{"ok":true}', inputDetails: whole },
      },
      {
        id: 8,
        previousEventId: 7,
        timestamp,
        type: 'SucceedStateExited',
        stateExitedEventDetails: { name: 'Done', output: '{"ok":true}', outputDetails: whole },
      },
      {
        id: 9,
        previousEventId: 8,
        timestamp,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '{"ok":true}', outputDetails: whole },
      },
    ]);
  });

  it('names any service integration', async () => {
    const states = { T: { ...invoke, Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution' } };
    const { details } = await runMachine({ states, runTask: async () => null });
    expect(details('taskStartedEventDetails')).toEqual([{ resourceType: 'aws-sdk:sfn', resource: 'startExecution' }]);
  });

  it('records a failure and the error of the execution', async () => {
    const { details, events } = await runMachine({
      states: { T: invoke },
      runTask: failing('Boom', '{"errorType":"Boom"}'),
    });
    expect(details('taskFailedEventDetails')).toEqual([
      { resourceType: 'lambda', resource: 'invoke', error: 'Boom', cause: '{"errorType":"Boom"}' },
    ]);
    expect(events.at(-1)).toMatchObject({
      previousEventId: 5,
      executionFailedEventDetails: { error: 'Boom', cause: '{"errorType":"Boom"}' },
    });
  });
});
