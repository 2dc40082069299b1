import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeExecution, executionArn, history, list, newWorld, start } from './service-fixture.ts';

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
    await second.abortInterrupted();
    expect([await describeExecution(second, 'a'), await history(second, 'a'), await list(second)]).toEqual(before);
    expect(announced).toHaveLength(2);
    await expect(start(second, 'a')).rejects.toMatchObject({ type: 'ExecutionAlreadyExists' });
  });

  it.each([
    ['stopped', true],
    ['killed', false],
  ])('what ran when the process was %s is ended as ABORTED at the next start', async (_, stopped) => {
    const { announced, open, hold } = newWorld();
    const directory = newDirectory();
    hold();
    const first = await open({ directory });
    await start(first, 'a');
    if (stopped) await first.stop();
    expect(await describeExecution(first, 'a')).toMatchObject({ status: 'RUNNING' });
    announced.length = 0;

    const second = await open({ directory });
    expect(await describeExecution(second, 'a')).toMatchObject({ status: 'RUNNING' });
    await second.abortInterrupted();
    expect(announced).toMatchObject([{ name: 'a', status: 'ABORTED', error: 'StackStopped' }]);
    expect(await describeExecution(second, 'a')).toMatchObject({ status: 'ABORTED', error: 'StackStopped' });
    const { events } = await history(second, 'a');
    expect(events.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 ExecutionStarted',
      '2 WaitStateEntered',
      '3 ExecutionAborted',
    ]);
    await second.abortInterrupted();
    expect(announced).toHaveLength(1);
  });

  it('that it is ended is announced before the start goes on', async () => {
    const { open, hold } = newWorld();
    const directory = newDirectory();
    hold();
    const first = await open({ directory });
    await start(first, 'a');
    await first.stop();
    const told: string[] = [];
    const second = await open({
      directory,
      onStatusChange: async ({ status }) => {
        await new Promise(setImmediate);
        told.push(status);
      },
    });
    await second.abortInterrupted();
    expect(told).toEqual(['ABORTED']);
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
    await second.abortInterrupted();
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
