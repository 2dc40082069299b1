import { describe, expect, it } from 'vitest';
import { executionArn, history, list, machine, machineArn, newWorld, start } from './service-fixture.ts';

describe('reading', () => {
  it('pages through a history in both orders', async () => {
    const { open, ended } = newWorld();
    const service = await open();
    await start(service, 'a');
    await ended('a');
    const ids = async (more: object) => {
      const seen: number[] = [];
      let nextToken: string | undefined;
      do {
        const page = await history(service, 'a', { maxResults: 4, ...more, ...(nextToken && { nextToken }) });
        expect(page.events.length).toBeLessThanOrEqual(4);
        seen.push(...page.events.map(({ id }) => id));
        nextToken = page.nextToken;
      } while (nextToken);
      return seen;
    };
    expect(await ids({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await ids({ reverseOrder: true })).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    for (const nextToken of ['next', '9']) {
      await expect(history(service, 'a', { nextToken })).rejects.toMatchObject({ type: 'InvalidToken' });
    }
  });

  it('leaves execution data out when asked to', async () => {
    const { open, ended } = newWorld();
    const service = await open();
    await start(service, 'a');
    await ended('a');
    const { events } = await history(service, 'a', { includeExecutionData: false });
    expect(events).toHaveLength(9);
    expect(JSON.stringify(events)).not.toMatch(/"(input|output)":/);
  });

  it('lists the newest executions first, by page and by status', async () => {
    const { open, hold, ended } = newWorld();
    const service = await open();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await start(service, name);
      await ended(name);
    }
    hold();
    await start(service, 'f');
    const first = await list(service, { maxResults: 4 });
    expect(first.executions.map(({ name }) => name)).toEqual(['f', 'e', 'd', 'c']);
    const rest = await list(service, { maxResults: 4, nextToken: first.nextToken });
    expect(rest.executions.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(rest.nextToken).toBeUndefined();
    const running = await list(service, { statusFilter: 'RUNNING' });
    expect(running.executions).toMatchObject([{ name: 'f', status: 'RUNNING' }]);
    expect((await list(service, { statusFilter: 'SUCCEEDED', maxResults: 5 })).nextToken).toBeUndefined();
  });

  it('gives a hundred a page where nobody says how many', async () => {
    const { open, hold } = newWorld();
    const service = await open();
    hold();
    for (let at = 0; at <= 100; at++) await start(service, `e${at}`);
    const { executions, nextToken } = await list(service);
    expect(executions).toHaveLength(100);
    expect((await list(service, { nextToken })).executions.map(({ name }) => name)).toEqual(['e0']);
  });

  it('describes machines', async () => {
    const { open } = newWorld();
    const service = await open();
    await start(service, 'a');
    const described = {
      stateMachineArn: machineArn,
      name: 'm',
      definition: machine.definition,
      roleArn: machine.roleArn,
    };
    expect(await service.call('DescribeStateMachine', { stateMachineArn: machineArn })).toMatchObject({
      ...described,
      type: 'STANDARD',
      status: 'ACTIVE',
    });
    expect(await service.call('DescribeStateMachineForExecution', { executionArn: executionArn('a') })).toMatchObject(
      described,
    );
    expect(await service.call('ListStateMachines', {})).toMatchObject({
      stateMachines: [{ stateMachineArn: machineArn, name: 'm', type: 'STANDARD' }],
    });
  });

  it.each([
    ['DescribeExecution', { executionArn: executionArn('x') }, 'ExecutionDoesNotExist'],
    ['GetExecutionHistory', { executionArn: executionArn('x') }, 'ExecutionDoesNotExist'],
    ['StopExecution', { executionArn: executionArn('x') }, 'ExecutionDoesNotExist'],
    ['DescribeStateMachine', { stateMachineArn: 'x' }, 'StateMachineDoesNotExist'],
    ['ListExecutions', { stateMachineArn: 'x' }, 'StateMachineDoesNotExist'],
    ['ListExecutions', { stateMachineArn: machineArn, maxResults: 1_001 }, 'ValidationException'],
    ['DescribeExecution', {}, 'ValidationException'],
    ['DescribeExecution', undefined, 'ValidationException'],
    ['SendTaskSuccess', {}, 'UnknownOperationException'],
  ])('%s %j: %s', async (operation, input, type) => {
    const { open } = newWorld();
    await expect((await open()).call(operation, input)).rejects.toMatchObject({ type });
  });

  it('refuses a definition it cannot run', async () => {
    const { open } = newWorld();
    const service = await open();
    const bad = { ...machine, definition: machine.definition.replace('"Wait",', '"Parallel",') };
    expect(() => service.addMachine(bad)).toThrow(expect.objectContaining({ type: 'InvalidDefinition' }));
    expect(() => service.addMachine({ ...machine, definition: '{' })).toThrow(/Definition of m/);
  });
});
