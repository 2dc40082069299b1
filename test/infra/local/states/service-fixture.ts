import { expect } from 'vitest';
import { z } from 'zod';
import { type StatesOptions, StatesService } from '../../../../infra/local/states/service.ts';
import { VirtualClock } from '../../../../infra/local/virtual-clock.ts';

export const machineArn = 'arn:aws:states:eu-central-1:1:stateMachine:m';
export const executionArn = (name: string) => `arn:aws:states:eu-central-1:1:execution:m:${name}`;
/** Waits as long as the input says, then runs a task. */
export const machine = {
  arn: machineArn,
  name: 'm',
  definition: JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Work' },
      Work: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true },
    },
  }),
  roleArn: 'arn:aws:iam::1:role/r',
};

/** A virtual clock with services on it, and what they announced. */
export function newWorld() {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const announced: { status: string; name: string; [field: string]: unknown }[] = [];

  async function open(options: Partial<StatesOptions> = {}): Promise<StatesService> {
    const service = await StatesService.open({
      region: 'eu-central-1',
      account: '1',
      clock,
      run: async () => ({ done: true }),
      onStatusChange: async (event) => {
        announced.push({ ...event });
      },
      ...options,
    });
    service.addMachine(machine);
    return service;
  }

  /** Keeps every execution in its Wait until the returned function is called. */
  function hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    void clock.during(() => promise);
    return resolve;
  }

  /** Until the named execution has ended and that is announced. */
  const ended = (name: string) =>
    expect.poll(() => announced.some((event) => event.name === name && event.status !== 'RUNNING')).toBe(true);

  return { clock, announced, open, hold, ended };
}

const startedSchema = z.object({ executionArn: z.string(), startDate: z.number() });
const describedSchema = z.looseObject({ status: z.string() });
const historySchema = z.object({
  events: z.array(z.looseObject({ id: z.number(), type: z.string() })),
  nextToken: z.string().optional(),
});
const listSchema = z.object({
  executions: z.array(z.looseObject({ name: z.string(), status: z.string() })),
  nextToken: z.string().optional(),
});

export const start = async (service: StatesService, name?: string, input: unknown = { seconds: 10 }) =>
  startedSchema.parse(
    await service.call('StartExecution', { stateMachineArn: machineArn, name, input: JSON.stringify(input) }),
  );
export const describeExecution = async (service: StatesService, name: string) =>
  describedSchema.parse(await service.call('DescribeExecution', { executionArn: executionArn(name) }));
export const history = async (service: StatesService, name: string, more: object = {}) =>
  historySchema.parse(await service.call('GetExecutionHistory', { executionArn: executionArn(name), ...more }));
export const list = async (service: StatesService, more: object = {}) =>
  listSchema.parse(await service.call('ListExecutions', { stateMachineArn: machineArn, ...more }));
