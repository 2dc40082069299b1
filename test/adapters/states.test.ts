import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectExecutions } from '../../functions/adapters/states.ts';
import { executionArn, jobId, sampleExecution } from '../support/fakes/samples.ts';
import { mockClient } from '../support/mock-client.ts';

const machine = 'arn:aws:states:eu-central-1:123456789012:stateMachine:sessions';
const client = new SFNClient({ region: 'eu-central-1' });
const states = mockClient(client);
const start = () => connectExecutions(machine, client).start(jobId, sampleExecution());

describe('execution starter', () => {
  beforeEach(() => states.reset());

  test('starts the machine under the given name with the input as JSON', async () => {
    states.on(StartExecutionCommand).resolves({ executionArn, startDate: new Date(0) });
    expect(await start()).toBe(executionArn);
    const input = JSON.stringify(sampleExecution());
    const calls = states.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
    expect(calls).toEqual([{ stateMachineArn: machine, name: jobId, input }]);
  });

  test('an execution of that name is an ordinary answer, with the ARN that it has', async () => {
    const exists = new ExecutionAlreadyExists({
      message: `Execution Already Exists: '${executionArn}'`,
      $metadata: {},
    });
    states.on(StartExecutionCommand).rejects(exists);
    expect(await start()).toBe(executionArn);
  });

  test.each(['ThrottlingException', 'StateMachineDoesNotExist', 'ExecutionLimitExceeded'])(
    '%s is an error',
    async (name) => {
      states.on(StartExecutionCommand).rejects(Object.assign(new Error(name), { name }));
      await expect(start()).rejects.toThrow(name);
    },
  );
});

describe('execution stopper', () => {
  beforeEach(() => states.reset());
  const stop = () => connectExecutions(machine, client).stop(jobId, 'the alert is over');

  test('stops the execution of that name, with the cause', async () => {
    states.on(StopExecutionCommand).resolves({ stopDate: new Date(0) });
    expect(await stop()).toBe(true);
    const calls = states.commandCalls(StopExecutionCommand).map(({ args }) => args[0].input);
    const ofName = `arn:aws:states:eu-central-1:123456789012:execution:sessions:${jobId}`;
    expect(calls).toEqual([{ executionArn: ofName, cause: 'the alert is over' }]);
  });

  test('one that never was is an ordinary answer, and no other failure is', async () => {
    states.on(StopExecutionCommand).rejects(new ExecutionDoesNotExist({ message: 'Does Not Exist', $metadata: {} }));
    expect(await stop()).toBe(false);
    states.on(StopExecutionCommand).rejects(Object.assign(new Error('ThrottlingException')));
    await expect(stop()).rejects.toThrow('ThrottlingException');
  });
});

describe('execution reader', () => {
  beforeEach(() => states.reset());
  const read = () => connectExecutions(machine, client).read(jobId);

  test('tells how the execution of that name ended, and with what it was started', async () => {
    const stopDate = new Date('2027-03-01T12:00:00.000Z');
    const found = { status: 'FAILED' as const, error: 'blocked', cause: 'why', input: '{}', stopDate };
    states.on(DescribeExecutionCommand).resolves(found);
    expect(await read()).toEqual({
      ...{ status: 'FAILED', error: 'blocked', cause: 'why', input: '{}', endedAt: '2027-03-01T12:00:00.000Z' },
    });
  });

  test('one that waits to be redriven is under way, and one that never was is nothing', async () => {
    states.on(DescribeExecutionCommand).resolves({ status: 'PENDING_REDRIVE' });
    expect(await read()).toMatchObject({ status: 'RUNNING', endedAt: undefined });
    states.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: 'None', $metadata: {} }));
    expect(await read()).toBeUndefined();
    states.on(DescribeExecutionCommand).rejects(Object.assign(new Error('x'), { name: 'ThrottlingException' }));
    await expect(read()).rejects.toThrow('x');
  });
});
