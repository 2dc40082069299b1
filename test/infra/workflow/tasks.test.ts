import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorOutcomes } from '../../../functions/contract/error-names.ts';
import {
  limits,
  longestSessionSeconds,
  machineTimeoutSeconds,
  taskMarginSeconds,
} from '../../../functions/contract/limits.ts';
import { stormLimits, stormTimeoutSeconds } from '../../../functions/contract/storm.ts';
import { synthesizedDefinition } from '../../support/definition.ts';
import { resourcesIn, synthesizedTemplate } from '../../support/stack.ts';

const template = synthesizedTemplate();
const { ofType } = resourcesIn(template);
const retrySchema = z.strictObject({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.number().optional(),
});
const taskSchema = z.object({
  Type: z.literal('Task'),
  Resource: z.string(),
  Arguments: z.object({ FunctionName: z.string().optional() }),
  TimeoutSeconds: z.number().optional(),
  Retry: z.array(retrySchema).default([]),
  Catch: z.array(z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })),
});
type Task = z.infer<typeof taskSchema>;
const statesSchema = z.record(z.string(), z.unknown());
const withGroupsSchema = z.object({ Groups: z.object({ ItemProcessor: z.object({ States: statesSchema }) }) });

const statesOf = (machine: 'Sessions' | 'RelayRuns' | 'Storms') => {
  const { States } = z.object({ States: statesSchema }).parse(synthesizedDefinition(template, machine));
  const groups = withGroupsSchema.safeParse(States).data?.Groups.ItemProcessor.States;
  return Object.entries({ ...States, ...groups });
};
const machines = [statesOf('Sessions'), statesOf('RelayRuns'), statesOf('Storms')];
const tasks = new Map<string, Task>(
  machines.flat().flatMap(([name, state]) => {
    const { data } = taskSchema.safeParse(state);
    return data ? [[name, data]] : [];
  }),
);

const stepFunctions = [
  'ThrottlingException',
  'ExecutionLimitExceededException',
  'ServiceUnavailableException',
  'InternalServerException',
  'AWSStepFunctionsException',
  'SdkClientException',
].map((name) => `StepFunctions.${name}`);
const lambda = [
  'ClientExecutionTimeoutException',
  'ServiceException',
  'AWSLambdaException',
  'SdkClientException',
  'TooManyRequestsException',
  'Unknown',
].map((name) => `Lambda.${name}`);
const cutOff = ['Sandbox.Timedout', 'Runtime.ExitError', 'Runtime.OutOfMemory', 'States.Timeout'];
const ourTrouble = [...lambda, ...cutOff, 'RelayFailed'];

const retry = (errors: string[], waits: number[]) => ({ errors, waits });
const unreachable = retry(['ServerUnreachable'], [2, 4, 8]);
const unreachableWhileCollecting = retry(['ServerUnreachable'], [3, 6, 12, 24]);
const poll = retry(ourTrouble, [2]);
const step = retry(ourTrouble, [10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600]);
const stepFunctionsService = retry(stepFunctions, [15, 75, 375, 1_800, 1_800]);
const notEnded = retry(
  ['SessionNotEnded'],
  Array.from({ length: 18 }, () => 10),
);

const all = (next: string): [string[], string] => [['States.ALL'], next];
const byName = (next: string): [string[], string] => [Object.keys(errorOutcomes), next];
const trouble = all('Wait for trouble to pass');
const redriven: [string[], string] = [['SessionCancelled'], 'Cancelled'];

interface Expected {
  /** Absent: another machine, or the event bus. */
  calls?: string;
  retries: ReturnType<typeof retry>[];
  catches: [errors: string[], next: string][];
}
const expected: Record<string, Expected> = {
  'Create session': {
    calls: 'CreateSession',
    retries: [unreachable],
    catches: [[['SlotNotFree'], 'Wait for a free slot'], redriven, byName('Record outcome'), trouble],
  },
  'Send prompt': { calls: 'SendPrompt', retries: [unreachable], catches: [byName('Abort session'), trouble] },
  'Poll session': {
    calls: 'PollSession',
    retries: [poll],
    catches: [byName('Abort session'), all('Session ended?')],
  },
  'Keep result': {
    calls: 'CollectResult',
    retries: [unreachableWhileCollecting],
    catches: [redriven, byName('Record outcome'), trouble],
  },
  'Start checks': {
    calls: 'VerifyPatch',
    retries: [unreachableWhileCollecting],
    catches: [byName('Collect result'), trouble],
  },
  'Look at checks': {
    calls: 'VerifyPatch',
    retries: [],
    catches: [byName('Collect result'), all('Checks done?')],
  },
  'Send findings': { calls: 'SendFindings', retries: [unreachable], catches: [byName('Abort session'), trouble] },
  'Abort session': { calls: 'AbortSession', retries: [], catches: [trouble] },
  'Collect result': {
    calls: 'CollectResult',
    retries: [unreachableWhileCollecting],
    catches: [redriven, byName('Record outcome'), trouble],
  },
  'Record outcome': { calls: 'CollectResult', retries: [], catches: [redriven, trouble] },
  'Publish outcome': { retries: [], catches: [trouble] },
  'Decide step': { calls: 'DecideStep', retries: [step], catches: [all('Group failed')] },
  'Run session': {
    retries: [stepFunctionsService],
    catches: [
      [['StepFunctions.ExecutionAlreadyExistsException'], 'Decide step'],
      // Before States.TaskFailed, which stands for any error of a task.
      [stepFunctions, 'Group failed'],
      [['States.TaskFailed'], 'Session ended?'],
      all('Group failed'),
    ],
  },
  'Check storm': { calls: 'CheckStorm', retries: [step], catches: [all('Storm failed')] },
  'Triage storm': { calls: 'TriageStorm', retries: [step], catches: [all('Storm failed')] },
  'Find root cause': {
    retries: [stepFunctionsService],
    catches: [
      [stepFunctions, 'Storm failed'],
      [['States.TaskFailed', 'StepFunctions.ExecutionAlreadyExistsException'], 'Record root cause'],
      all('Storm failed'),
    ],
  },
  'Record root cause': {
    calls: 'RecordRootCause',
    retries: [notEnded, step],
    catches: [all('Storm failed')],
  },
};

const taskNamed = (name: string): Task => {
  const task = tasks.get(name);
  if (!task) throw new Error(`No machine has the task "${name}"`);
  return task;
};
const waitsOf = ({ IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds }: z.infer<typeof retrySchema>) =>
  Array.from({ length: MaxAttempts }, (_, used) =>
    Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds ?? Number.POSITIVE_INFINITY),
  );
const calledBy = ({ Arguments }: Task): string | undefined =>
  /:function:(\w+)Function[0-9A-F]{8}$/.exec(Arguments.FunctionName ?? '')?.[1];
const timeoutOf = (name: string): number => {
  const [, fn] = ofType('AWS::Lambda::Function').find(([id]) => id.startsWith(`${name}Function`)) ?? [];
  return Number(fn?.Properties.Timeout);
};

test('the tables here hold every task of the three machines', () => {
  expect([...tasks.keys()].sort()).toEqual(Object.keys(expected).sort());
});

describe.each(Object.entries(expected))('%s', (name, { calls, retries, catches }) => {
  const task = taskNamed(name);

  test('calls its function, and allows it a little more than it may take', () => {
    expect(calledBy(task)).toBe(calls);
    if (calls !== undefined) expect(task.TimeoutSeconds).toBe(timeoutOf(calls) + taskMarginSeconds);
  });

  test('is repeated after these errors, so often and so late', () => {
    expect(task.Retry.map((policy) => retry(policy.ErrorEquals, waitsOf(policy)))).toEqual(retries);
  });

  test('leads from these errors to these states, in this order', () => {
    expect(task.Catch.map(({ ErrorEquals, Next }) => [ErrorEquals, Next])).toEqual(catches);
  });
});

test('the event bus may take 15 s for an event', () => {
  expect(taskNamed('Publish outcome').TimeoutSeconds).toBe(15);
});

test('a child is waited for as long as its own machine lets it run', () => {
  for (const name of ['Run session', 'Find root cause']) expect(taskNamed(name).TimeoutSeconds).toBeUndefined();
});

/** Every retrier has its own count, so that the worst case spends them all, each attempt as slow as it may be. */
const worstSeconds = (names: string[]): number =>
  names.map(taskNamed).reduce((sum, { TimeoutSeconds = 0, Retry }) => {
    const waits = Retry.flatMap(waitsOf);
    return sum + (waits.length + 1) * TimeoutSeconds + waits.reduce((total, wait) => total + wait, 0);
  }, 0);

/** Trouble is looked at after an attempt: one more wait and attempt begin before it has lasted too long. */
const troubleSeconds = (name: string): number =>
  limits.troubleSeconds + limits.troubleWaitSeconds.longest + 2 * worstSeconds([name]);

describe('the time limits leave room for every retry', () => {
  test('of a session, around its polls', () => {
    const around = ['Create session', 'Send prompt', 'Abort session', 'Collect result', 'Record outcome'];
    const seconds = [...around, 'Publish outcome'].map(troubleSeconds).reduce((sum, each) => sum + each, 0);
    expect(seconds).toBe(27_506);
    expect(seconds).toBeLessThan(longestSessionSeconds({ intervalMs: 0, maxAttempts: 0 }));
  });

  test('of checks, in each of their rounds', () => {
    const around = ['Keep result', 'Start checks', 'Send findings'].map(troubleSeconds);
    const look = limits.checkWaitSeconds.longest + worstSeconds(['Look at checks']);
    const seconds = around.reduce((sum, each) => sum + each, 0) + limits.checkLooks * look;
    expect(seconds).toBe(30_568);
    const polling = { intervalMs: 1_000, maxAttempts: 1 };
    expect(seconds).toBeLessThan(longestSessionSeconds(polling, 1) - longestSessionSeconds(polling));
  });

  test('of a poll', () => {
    const [none, one] = [0, 1].map((maxAttempts) => longestSessionSeconds({ intervalMs: 1_000, maxAttempts }));
    expect((one ?? 0) - (none ?? 0)).toBe(1 + worstSeconds(['Poll session']));
  });

  test('of a storm, beside its hold and its session', () => {
    const around = ['Check storm', 'Triage storm', 'Find root cause', 'Record root cause'];
    expect(worstSeconds(around)).toBe(19_365);
    expect(worstSeconds(around)).toBeLessThan(stormTimeoutSeconds - stormLimits.holdSeconds - machineTimeoutSeconds);
  });
});
