import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VirtualClock } from '../../../../infra/local/virtual-clock.ts';
import { describeExecution, executionArn, history, list, machine, newWorld, start } from './service-fixture.ts';

const directories: string[] = [];
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'states-'));
  directories.push(directory);
  return directory;
};
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

describe('on disk', () => {
  it('an ended execution is there at the next start', async () => {
    const { announced, open, ended } = newWorld();
    const directory = newDirectory();
    const first = await open({ directory });
    await start(first, 'a');
    await ended('a');
    const before = [await describeExecution(first, 'a'), await history(first, 'a'), await list(first)];
    await first.stop();
    const second = await open({ directory });
    second.resumeInterrupted();
    expect([await describeExecution(second, 'a'), await history(second, 'a'), await list(second)]).toEqual(before);
    expect(announced).toHaveLength(2);
    await expect(start(second, 'a')).rejects.toMatchObject({ type: 'ExecutionAlreadyExists' });
  });

  it.each([
    ['stopped', true],
    ['killed', false],
  ])('what ran when the process was %s goes on at the next start, as if nothing had been', async (_, stopped) => {
    const { announced, open, hold, ended } = newWorld();
    const directory = newDirectory();
    hold();
    const first = await open({ directory });
    await start(first, 'a');
    if (stopped) await first.stop();
    expect(await describeExecution(first, 'a')).toMatchObject({ status: 'RUNNING' });

    const { clock } = newWorld();
    const second = await open({ directory, clock });
    expect(second.resumeInterrupted()).toMatchObject([{ name: 'a', input: '{"seconds":10}' }]);
    expect(second.resumeInterrupted()).toEqual([]);
    await ended('a');
    expect(await describeExecution(second, 'a')).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}' });
    const { events } = await history(second, 'a');
    expect(events.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 ExecutionStarted',
      '2 WaitStateEntered',
      '3 WaitStateExited',
      '4 TaskStateEntered',
      '5 TaskScheduled',
      '6 TaskStarted',
      '7 TaskSucceeded',
      '8 TaskStateExited',
      '9 ExecutionSucceeded',
    ]);
    expect(announced.map(({ status }) => status)).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  it('it goes on by the definition that it began with', async () => {
    const { open, hold, ended } = newWorld();
    const directory = newDirectory();
    hold();
    const first = await open({ directory });
    await start(first, 'a');
    await first.stop();
    const { clock } = newWorld();
    const second = await open({ directory, clock });
    const changed = { QueryLanguage: 'JSONata', StartAt: 'Other', States: { Other: { Type: 'Succeed' } } };
    second.addMachine({ ...machine, definition: JSON.stringify(changed) });
    const of = async (operation: string, input: object) =>
      z.object({ definition: z.string() }).parse(await second.call(operation, input)).definition;
    expect(await of('DescribeStateMachineForExecution', { executionArn: executionArn('a') })).toBe(machine.definition);
    expect(await of('DescribeStateMachine', { stateMachineArn: machine.arn })).not.toBe(machine.definition);
    second.resumeInterrupted();
    await ended('a');
    expect(await describeExecution(second, 'a')).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}' });
  });

  it('it is out of time when it would have been', async () => {
    const { open, hold, ended, clock } = newWorld();
    const directory = newDirectory();
    const limited = {
      ...machine,
      definition: JSON.stringify({ ...JSON.parse(machine.definition), TimeoutSeconds: 60 }),
    };
    hold();
    const first = await open({ directory });
    first.addMachine(limited);
    await start(first, 'a', { seconds: 100 });
    await first.stop();
    const later = new VirtualClock(clock.now() + 50_000);
    const second = await open({ directory, clock: later });
    second.resumeInterrupted();
    await ended('a');
    expect(await describeExecution(second, 'a')).toMatchObject({ status: 'TIMED_OUT' });
    expect(later.now() - clock.now()).toBe(60_000);
  });

  it('what an older local stack began, without its definition, is ended as ABORTED', async () => {
    const { announced, open, hold, ended } = newWorld();
    const directory = newDirectory();
    hold();
    const first = await open({ directory });
    await start(first, 'a');
    await first.stop();
    rmSync(join(directory, 'definitions'), { recursive: true });
    const second = await open({ directory });
    second.resumeInterrupted();
    await ended('a');
    expect(announced.at(-1)).toMatchObject({ name: 'a', status: 'ABORTED', error: 'StackStopped' });
  });

  it('a torn last line is cut off, and the history goes on behind it', async () => {
    const { open, hold } = newWorld();
    const directory = newDirectory();
    hold();
    const first = await open({ directory });
    await start(first, 'a');
    await first.stop();
    const file = readdirSync(directory).find((name) => name.endsWith('.jsonl'));
    appendFileSync(join(directory, z.string().parse(file)), '{"id":3,"previousEv');

    const second = await open({ directory });
    expect((await history(second, 'a')).events).toHaveLength(2);
    await second.call('StopExecution', { executionArn: executionArn('a') });
    const third = await open({ directory });
    expect((await history(third, 'a')).events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'ExecutionAborted',
    ]);
  });

  it('an operator can stop what an earlier process left', async () => {
    const { open, hold } = newWorld();
    const directory = newDirectory();
    hold();
    const first = await open({ directory });
    await start(first, 'a');
    await first.stop();
    const second = await open({ directory });
    await second.call('StopExecution', { executionArn: executionArn('a') });
    expect(await describeExecution(second, 'a')).toMatchObject({ status: 'ABORTED' });
  });
});
