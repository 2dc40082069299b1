import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { StatesError } from '../../../../infra/local/states/service.ts';
import { describeExecution, executionArn, history, machine, newWorld } from './service-fixture.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
const child = 'arn:aws:states:eu-central-1:1:stateMachine:child';

/** A state of each kind: a loop with a variable, a Task that is caught, a Map with waits, a child execution. */
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  States: {
    Begin: { Type: 'Pass', Assign: { count: 0 }, Next: 'Wait' },
    Wait: { Type: 'Wait', Seconds: 5, Next: 'Count' },
    Count: { ...task, Arguments: { count: '{% $count %}' }, Assign: { count: '{% $count + 1 %}' }, Next: 'Enough?' },
    'Enough?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $count < 3 %}', Next: 'Wait' }],
      Assign: { counted: '{% $count %}' },
      Default: 'Try',
    },
    Try: {
      ...task,
      Arguments: { fail: true },
      Catch: [
        { ErrorEquals: ['Other'], Next: 'Lost' },
        { ErrorEquals: ['States.ALL'], Assign: { error: '{% $states.errorOutput.Error %}' }, Next: 'Each' },
      ],
      Next: 'Lost',
    },
    Lost: { Type: 'Fail', Error: 'Lost' },
    Each: {
      Type: 'Map',
      Items: '{% ["a", "b", "c"] %}',
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Item',
        States: {
          Item: {
            Type: 'Pass',
            Assign: { item: '{% $states.context.Map.Item.Value & $string($counted) %}' },
            Next: 'Rest',
          },
          Rest: { Type: 'Wait', Seconds: '{% $states.context.Map.Item.Index * 7 + 1 %}', Next: 'Work' },
          Work: { ...task, Arguments: { item: '{% $item %}' }, Output: '{% $item & $states.result.done %}', End: true },
        },
      },
      Next: 'Child',
    },
    Child: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: child, Name: 'child', Input: { from: '{% $states.input %}' } },
      Catch: [{ ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'], Output: {}, Next: 'Over' }],
      Output: { from: '{% $states.result.Output.from %}' },
      Next: 'Over',
    },
    Over: {
      Type: 'Pass',
      Output: { was: '{% $states.input %}', error: '{% $error %}', count: '{% $count %}' },
      End: true,
    },
  },
};
const childDefinition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Nap',
  States: { Nap: { Type: 'Wait', Seconds: 20, Next: 'Done' }, Done: { Type: 'Succeed' } },
};

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'opencode-relay-restart-'));
  directories.push(directory);
  return directory;
}

async function openIn(directory: string) {
  const world = newWorld();
  const counts: number[] = [];
  const service = await world.open({
    directory,
    run: async (_, args) => {
      const { fail, count } = z.looseObject({ fail: z.boolean().optional(), count: z.int().optional() }).parse(args);
      if (fail) throw new StatesError('Broken', 'as it should');
      if (count !== undefined) counts.push(count);
      return { done: '!' };
    },
  });
  service.addMachine({ ...machine, definition: JSON.stringify(definition) });
  service.addMachine({ ...machine, arn: child, name: 'child', definition: JSON.stringify(childDefinition) });
  return { ...world, service, counts };
}

/** Cuts the parent's history after so many events and says that it runs still, as a kill would have left it. */
function cut(directory: string, events: number): void {
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const record = z
      .looseObject({ executionArn: z.string() })
      .parse(JSON.parse(readFileSync(join(directory, file), 'utf8')));
    if (record.executionArn !== executionArn('a')) continue;
    const { stopDate, output, error, cause, ...running } = record;
    writeFileSync(join(directory, file), JSON.stringify({ ...running, status: 'RUNNING' }));
    const lines = readFileSync(join(directory, `${file}l`), 'utf8')
      .split('\n')
      .slice(0, events);
    writeFileSync(join(directory, `${file}l`), lines.map((line) => `${line}\n`).join(''));
  }
}

test('wherever the process is killed, the execution comes to the same end', async () => {
  const whole = newDirectory();
  const first = await openIn(whole);
  await first.service.call('StartExecution', { stateMachineArn: machine.arn, name: 'a', input: '{}' });
  await first.ended('a');
  const { output } = await describeExecution(first.service, 'a');
  const from = ['a3!', 'b3!', 'c3!'];
  expect(JSON.parse(String(output))).toEqual({ was: { from }, error: 'Broken', count: 3 });
  const { events } = await history(first.service, 'a');
  await first.service.stop();

  const submitted = events.findIndex(({ type }) => type === 'TaskSubmitted');
  const scheduled = events.findLastIndex(({ type }) => type === 'TaskScheduled');
  for (let kept = 0; kept < events.length; kept++) {
    const directory = newDirectory();
    cpSync(whole, directory, { recursive: true });
    cut(directory, kept);
    const { service, ended, counts } = await openIn(directory);
    service.resumeInterrupted();
    await ended('a');
    const end = await describeExecution(service, 'a');
    // The child has ended already: until the parent has written down that it began it, it finds it there.
    const isFoundThere = kept <= submitted;
    const was = isFoundThere ? {} : { from };
    const where = `after event ${kept}: ${events[kept - 1]?.type}`;
    expect({ where, status: end.status, output: JSON.parse(String(end.output)) }).toEqual({
      where,
      status: 'SUCCEEDED',
      output: { was, error: 'Broken', count: 3 },
    });
    // No turn of the loop is lost, and none is made twice but the one that was cut off.
    expect(new Set([...counts])).toEqual(new Set([0, 1, 2].slice(Math.min(...counts, 3))));
    const again = (await history(service, 'a')).events.map(({ id }) => id);
    expect(again).toEqual(again.map((_, index) => index + 1));
    await service.stop();
  }
  expect(scheduled).toBeLessThan(submitted);
});
