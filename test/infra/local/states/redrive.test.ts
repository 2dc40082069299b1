import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { StatesError } from '../../../../infra/local/states/service.ts';
import { eventually } from '../../../support/eventually.ts';
import { describeExecution, executionArn, history, machine, newWorld } from './service-fixture.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: {
      ...task,
      Arguments: { step: 'first' },
      Assign: { session: '{% $states.result.session %}' },
      Output: { to: 'second' },
      Next: 'Second',
    },
    Second: {
      ...task,
      Arguments: {
        to: '{% $states.input.to %}',
        session: '{% $session %}',
        redrives: '{% $states.context.Execution.RedriveCount %}',
      },
      End: true,
    },
  },
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'redrive-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Two steps, the second of which fails until `mend` is called. */
async function start() {
  const world = newWorld();
  const calls: unknown[] = [];
  let broken = true;
  const service = await world.open({
    directory: newDirectory(),
    run: async (_, args) => {
      calls.push(args);
      if (broken && calls.length > 1) throw new StatesError('Broken', 'not yet');
      return { session: 'ses_1' };
    },
  });
  service.addMachine({ ...machine, definition });
  await service.call('StartExecution', { stateMachineArn: machine.arn, name: 'a', input: '{}' });
  await world.ended('a');
  const mend = () => {
    broken = false;
  };
  const redrive = () => service.call('RedriveExecution', { executionArn: executionArn('a') });
  return { ...world, service, calls, redrive, mend };
}

describe('a redrive', () => {
  test('starts at the state that failed, with its input and the variables of then', async () => {
    const { service, calls, announced, redrive, mend } = await start();
    expect(await describeExecution(service, 'a')).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
    mend();
    calls.length = 0;
    expect(await redrive()).toEqual({ redriveDate: expect.any(Number) });
    await expect.poll(() => announced.at(-1)?.status).toBe('SUCCEEDED');
    expect(calls).toEqual([{ to: 'second', session: 'ses_1', redrives: 1 }]);
    expect(announced.map(({ status }) => status)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'SUCCEEDED']);
    const described = await describeExecution(service, 'a');
    expect(described).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, redriveStatus: 'NOT_REDRIVABLE' });
    expect(described).not.toHaveProperty('error');
    const { events } = await history(service, 'a');
    expect(events.map(({ type }) => type).slice(-8)).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('may fail again, and be redriven again', async () => {
    const { service, announced, redrive } = await start();
    await redrive();
    await expect.poll(() => announced.map(({ status }) => status)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'FAILED']);
    await redrive();
    await expect.poll(async () => describeExecution(service, 'a')).toMatchObject({ status: 'FAILED', redriveCount: 2 });
  });

  test('is refused where there is nothing to do again', async () => {
    const { announced, redrive, mend } = await start();
    mend();
    await redrive();
    await expect.poll(() => announced.at(-1)?.status).toBe('SUCCEEDED');
    await expect(redrive()).rejects.toMatchObject({
      type: 'ExecutionNotRedrivable',
      message: expect.stringContaining('Execution is SUCCEEDED and cannot be redriven'),
    });
  });
});

test('an execution goes on while the disk takes nothing, and is recorded when it does again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { open, hold } = newWorld();
  const directory = newDirectory();
  const goOn = hold();
  const service = await open({ directory });
  await service.call('StartExecution', { stateMachineArn: machine.arn, name: 'a', input: '{"seconds":1}' });
  renameSync(directory, `${directory}.away`);
  goOn();
  await eventually(async () => expect(await describeExecution(service, 'a')).toMatchObject({ status: 'SUCCEEDED' }));
  const none = { stateMachineArn: machine.arn, name: 'b', input: '{}' };
  await expect(service.call('StartExecution', none)).rejects.toThrow('ENOENT');

  renameSync(`${directory}.away`, directory);
  await vi.advanceTimersByTimeAsync(1_000);
  const next = await open({ directory });
  expect(await describeExecution(next, 'a')).toMatchObject({ status: 'SUCCEEDED' });
  expect((await history(next, 'a')).events.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
});

test.each<[when: string, days: number, status: string]>([
  ['is offered for 14 days after the end', 14, 'REDRIVABLE'],
  ['is refused afterwards', 14.01, 'NOT_REDRIVABLE'],
])('a redrive %s', async (_, days, redriveStatus) => {
  const { service, clock, redrive, mend } = await start();
  mend();
  await clock.sleep(days * 86_400_000, new AbortController().signal);
  expect(await describeExecution(service, 'a')).toMatchObject({ redriveStatus });
  const redriven = redrive().then(
    () => 'REDRIVABLE',
    () => 'NOT_REDRIVABLE',
  );
  expect(await redriven).toBe(redriveStatus);
});
