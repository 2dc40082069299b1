import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeExecution, executionArn, history, list, machineArn, newWorld, start } from './service-fixture.ts';

describe('an execution', () => {
  it('runs to its end and can be read back', async () => {
    const { open, ended } = newWorld();
    const service = await open();
    const startDate = Date.UTC(2026, 0, 1) / 1000;
    expect(await start(service, 'a')).toEqual({ executionArn: executionArn('a'), startDate });
    await ended('a');
    expect(await describeExecution(service, 'a')).toEqual({
      executionArn: executionArn('a'),
      stateMachineArn: machineArn,
      name: 'a',
      status: 'SUCCEEDED',
      startDate,
      stopDate: startDate + 10,
      input: '{"seconds":10}',
      inputDetails: { included: true },
      output: '{"done":true}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: expect.any(String),
    });
    expect((await history(service, 'a')).events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('announces its changes of status as EventBridge does', async () => {
    const { announced, open, ended } = newWorld();
    const service = await open();
    await start(service, 'a');
    await ended('a');
    const startDate = Date.UTC(2026, 0, 1);
    const common = {
      executionArn: executionArn('a'),
      stateMachineArn: machineArn,
      name: 'a',
      startDate,
      input: '{"seconds":10}',
      inputDetails: { included: true },
      error: null,
      cause: null,
    };
    expect(announced).toEqual([
      { ...common, status: 'RUNNING', stopDate: null, output: null, outputDetails: null },
      {
        ...common,
        status: 'SUCCEEDED',
        stopDate: startDate + 10_000,
        output: '{"done":true}',
        outputDetails: { included: true },
      },
    ]);
  });

  it('gets a name of its own where none is given', async () => {
    const { open } = newWorld();
    const service = await open();
    const { executionArn: arn } = await start(service, undefined);
    expect(arn).toMatch(/:execution:m:[0-9a-f-]{36}$/);
  });

  it('tells each event as it happens', async () => {
    const { open, ended } = newWorld();
    const told: string[] = [];
    const service = await open({ onHistory: ({ name }, { id, type }) => told.push(`${name} ${id} ${type}`) });
    await start(service, 'a');
    await ended('a');
    expect(told[0]).toBe('a 1 ExecutionStarted');
    expect(told).toHaveLength(9);
  });

  it('holds virtual time while its tasks work', async () => {
    const { clock, open, ended } = newWorld();
    const service = await open({ run: async () => new Promise((done) => setTimeout(() => done(clock.now()), 20)) });
    await start(service, 'a');
    await start(service, 'b', { seconds: 50 });
    await ended('b');
    expect(JSON.parse(z.string().parse((await describeExecution(service, 'a')).output))).toBe(
      Date.UTC(2026, 0, 1) + 10_000,
    );
  });
});

describe('StartExecution', () => {
  it('is idempotent while the execution runs with the same input', async () => {
    const { announced, open, hold, ended } = newWorld();
    const service = await open();
    const release = hold();
    const first = await start(service, 'a');
    expect(await start(service, 'a')).toEqual(first);
    expect(announced).toHaveLength(1);
    await expect(start(service, 'a', { seconds: 11 })).rejects.toMatchObject({ type: 'ExecutionAlreadyExists' });
    release();
    await ended('a');
    await expect(start(service, 'a')).rejects.toMatchObject({ type: 'ExecutionAlreadyExists' });
  });

  it.each([
    ['a b', 'InvalidName'],
    ['a/b', 'InvalidName'],
    ['a\u0007', 'InvalidName'],
    ['a'.repeat(81), 'InvalidName'],
    ['', 'InvalidName'],
  ])('refuses the name %j', async (name, type) => {
    const { open } = newWorld();
    await expect(start(await open(), name)).rejects.toMatchObject({ type });
  });

  it.each([
    ['no JSON', { input: '{' }, 'InvalidExecutionInput'],
    ['nothing', { input: '' }, 'InvalidExecutionInput'],
    ['too much', { input: JSON.stringify('x'.repeat(256 * 1024)) }, 'ValidationException'],
    ['too much in two bytes a character', { input: JSON.stringify('é'.repeat(128 * 1024)) }, 'ValidationException'],
    ['an object instead of a text', { input: {} }, 'ValidationException'],
    ['an unknown machine', { stateMachineArn: `${machineArn}2` }, 'StateMachineDoesNotExist'],
  ])('refuses %s', async (_, request, type) => {
    const { open } = newWorld();
    const service = await open();
    await expect(service.call('StartExecution', { stateMachineArn: machineArn, ...request })).rejects.toMatchObject({
      type,
    });
    expect((await list(service)).executions).toEqual([]);
  });
});

describe('StopExecution', () => {
  it('ends a running execution as ABORTED', async () => {
    const { announced, open, hold, ended } = newWorld();
    const service = await open();
    hold();
    await start(service, 'a');
    const stop = { executionArn: executionArn('a'), error: 'Operator', cause: 'not needed' };
    expect(await service.call('StopExecution', stop)).toEqual({ stopDate: Date.UTC(2026, 0, 1) / 1000 });
    expect(await describeExecution(service, 'a')).toMatchObject({
      status: 'ABORTED',
      error: 'Operator',
      cause: 'not needed',
    });
    await ended('a');
    expect(announced.at(-1)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'not needed', output: null });
    expect((await history(service, 'a')).events.at(-1)).toMatchObject({ type: 'ExecutionAborted' });
  });

  it('leaves an ended execution as it is', async () => {
    const { announced, open, ended } = newWorld();
    const service = await open();
    await start(service, 'a');
    await ended('a');
    await service.call('StopExecution', { executionArn: executionArn('a') });
    expect(await describeExecution(service, 'a')).toMatchObject({ status: 'SUCCEEDED' });
    expect(announced).toHaveLength(2);
  });
});
