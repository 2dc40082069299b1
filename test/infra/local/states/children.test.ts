import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { StatesError } from '../../../../infra/local/states/errors.ts';
import type { StatesService } from '../../../../infra/local/states/service.ts';
import { describeExecution, executionArn, history, machineArn, newWorld, start } from './service-fixture.ts';

const parentArn = machineArn.replace(/m$/, 'parent');
const parentOf = (resource: string, more: object = {}) => ({
  arn: parentArn,
  name: 'parent',
  definition: JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Run',
    States: {
      Run: {
        Type: 'Task',
        Resource: `arn:aws:states:::states:${resource}`,
        Arguments: {
          StateMachineArn: machineArn,
          Name: '{% $states.input.name %}',
          Input: { seconds: '{% $states.input.seconds %}', by: '{% $states.context.Execution.Id %}' },
        },
        End: true,
        ...more,
      },
    },
  }),
  roleArn: 'arn:aws:iam::1:role/r',
});

const parentExecution = machineArn.replace('stateMachine:m', 'execution:parent:p');
const historySchema = z.object({ events: z.array(z.looseObject({ type: z.string() })) });

async function startParent(service: StatesService, input: object = { name: 'c', seconds: 60 }): Promise<void> {
  await service.call('StartExecution', { stateMachineArn: parentArn, name: 'p', input: JSON.stringify(input) });
}
const parent = async (service: StatesService) =>
  z
    .looseObject({ status: z.string(), output: z.string().optional() })
    .parse(await service.call('DescribeExecution', { executionArn: parentExecution }));
const parentHistory = async (service: StatesService) =>
  historySchema.parse(await service.call('GetExecutionHistory', { executionArn: parentExecution })).events;

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('startExecution.sync:2', () => {
  it('waits for the end of the execution that it started, whose output it hands on', async () => {
    const { open, ended, clock } = newWorld();
    const service = await open();
    service.addMachine(parentOf('startExecution.sync:2'));
    const before = clock.now();
    await startParent(service);
    await ended('p');
    expect(clock.now() - before).toBe(60_000);
    const { status, output } = await parent(service);
    expect(status).toBe('SUCCEEDED');
    const childArn = machineArn.replace('stateMachine:m', 'execution:m:c');
    expect(JSON.parse(output ?? '')).toEqual({
      ExecutionArn: childArn,
      Input: { seconds: 60, by: parentExecution },
      InputDetails: { Included: true },
      Name: 'c',
      Output: { done: true },
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: expect.any(String),
      StartDate: before,
      StateMachineArn: machineArn,
      Status: 'SUCCEEDED',
      StopDate: before + 60_000,
    });
    const events = await parentHistory(service);
    const types = events.map(({ type }) => type);
    expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
    expect(events[4]).toMatchObject({
      taskSubmittedEventDetails: {
        resourceType: 'states',
        resource: 'startExecution.sync:2',
        output: JSON.stringify({ ExecutionArn: childArn, StartDate: before }),
      },
    });
  });

  it('fails with what became of an execution that did not succeed', async () => {
    const { open, ended } = newWorld();
    const service = await open({
      run: async () => {
        throw new StatesError('blocked', 'waits for an answer');
      },
    });
    service.addMachine(parentOf('startExecution.sync:2'));
    await startParent(service);
    await ended('p');
    const { status, error, cause } = await parent(service);
    expect([status, error]).toEqual(['FAILED', 'States.TaskFailed']);
    expect(JSON.parse(String(cause))).toMatchObject({
      Status: 'FAILED',
      Error: 'blocked',
      Cause: 'waits for an answer',
      Name: 'c',
    });
  });

  it('fails where somebody stopped the execution that it waits for', async () => {
    const { open, ended, hold } = newWorld();
    const service = await open();
    service.addMachine(parentOf('startExecution.sync:2'));
    const release = hold();
    await startParent(service);
    await expect.poll(async () => (await parentHistory(service)).at(-1)?.type).toBe('TaskSubmitted');
    await service.call('StopExecution', { executionArn: executionArn('c') });
    release();
    await ended('p');
    const { status, error, cause } = await parent(service);
    expect([status, error]).toEqual(['FAILED', 'States.TaskFailed']);
    expect(JSON.parse(String(cause))).toMatchObject({ Status: 'ABORTED', Name: 'c' });
  });

  it.each([
    ['stopped', {}, 'ABORTED'],
    ['out of time', { TimeoutSeconds: 5 }, 'FAILED'],
  ])('stops the execution when it is itself %s', async (how, more, status) => {
    const { open, ended, hold } = newWorld();
    const service = await open();
    service.addMachine(parentOf('startExecution.sync:2', more));
    const release = hold();
    await startParent(service);
    await expect.poll(async () => (await parentHistory(service)).at(-1)?.type).toBe('TaskSubmitted');
    if (how === 'stopped') await service.call('StopExecution', { executionArn: parentExecution });
    release();
    await ended('p');
    await ended('c');
    expect((await parent(service)).status).toBe(status);
    expect((await describeExecution(service, 'c')).status).toBe('ABORTED');
    expect((await history(service, 'c')).events.at(-1)?.type).toBe('ExecutionAborted');
  });

  it('takes an execution that runs with the same input for its own, and refuses any other of the name', async () => {
    const { open, ended, hold } = newWorld();
    const service = await open();
    service.addMachine(parentOf('startExecution.sync:2'));
    const release = hold();
    await start(service, 'c', { seconds: 60, by: parentExecution });
    await startParent(service);
    release();
    await ended('p');
    expect((await parent(service)).status).toBe('SUCCEEDED');
    await start(service, 'd', { seconds: 1 });
    await service.call('StartExecution', { stateMachineArn: parentArn, name: 'q', input: '{"name":"d","seconds":1}' });
    await ended('q');
    const executionArn = parentExecution.replace(/p$/, 'q');
    expect(await service.call('DescribeExecution', { executionArn })).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
  });

  it('goes on after a restart of the process with the execution that it waits for', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'opencode-relay-children-'));
    folders.push(directory);
    const { open, hold, ended } = newWorld();
    const first = await open({ directory });
    first.addMachine(parentOf('startExecution.sync:2'));
    const release = hold();
    await startParent(first);
    await expect.poll(async () => (await parentHistory(first)).at(-1)?.type).toBe('TaskSubmitted');
    await first.stop();
    release();
    const second = await open({ directory });
    second.addMachine(parentOf('startExecution.sync:2'));
    expect((await parent(second)).status).toBe('RUNNING');
    expect((await describeExecution(second, 'c')).status).toBe('RUNNING');
    second.resumeInterrupted();
    await ended('p');
    expect((await parent(second)).status).toBe('SUCCEEDED');
    expect((await describeExecution(second, 'c')).status).toBe('SUCCEEDED');
    const types = (await parentHistory(second)).map(({ type }) => type);
    expect(types.filter((type) => ['TaskScheduled', 'TaskSubmitted', 'TaskSucceeded'].includes(type))).toEqual([
      'TaskScheduled',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
  });
});

describe('startExecution', () => {
  it('does not wait', async () => {
    const { open, ended, hold } = newWorld();
    const service = await open();
    service.addMachine(parentOf('startExecution'));
    const release = hold();
    await startParent(service);
    await ended('p');
    expect((await parent(service)).status).toBe('SUCCEEDED');
    expect((await describeExecution(service, 'c')).status).toBe('RUNNING');
    release();
    await ended('c');
  });

  it('fails where there is no such machine', async () => {
    const { open, ended } = newWorld();
    const service = await open();
    const machine = parentOf('startExecution');
    service.addMachine({ ...machine, definition: machine.definition.replace(machineArn, `${machineArn}-other`) });
    await startParent(service);
    await ended('p');
    expect(await parent(service)).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.StateMachineDoesNotExistException',
    });
  });
});
