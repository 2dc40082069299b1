import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionInput } from '../contract/execution.ts';
import { executionArnOf } from '../domain/job/execution-arn.ts';
import type { ExecutionReader, ExecutionState, ExecutionStopper } from '../ports.ts';
import { statesClient } from './clients/states.ts';

/**
 * Starts, stops and reads executions of one state machine. The name makes it harmless to start twice: a running
 * execution of that name and input is the answer itself, a finished one is "already exists".
 */
export const connectExecutions = <Input extends object = ExecutionInput>(
  stateMachineArn: string,
  client = statesClient(),
): { start(name: string, input: Input): Promise<string> } & ExecutionStopper & ExecutionReader => ({
  async start(name, input) {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    try {
      const { executionArn } = await client.send(command);
      return executionArn ?? executionArnOf(stateMachineArn, name);
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return executionArnOf(stateMachineArn, name);
      throw error;
    }
  },

  async stop(name, cause) {
    const command = new StopExecutionCommand({ executionArn: executionArnOf(stateMachineArn, name), cause });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return false;
      throw error;
    }
  },

  async read(name) {
    try {
      const found = await client.send(
        new DescribeExecutionCommand({ executionArn: executionArnOf(stateMachineArn, name) }),
      );
      const { error, cause, input, stopDate } = found;
      return { status: statusOf(found.status), error, cause, input, endedAt: stopDate?.toISOString() };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  },
});

/** A redriven execution runs again; one that waits to be is as good as running. */
function statusOf(status: string | undefined): ExecutionState['status'] {
  switch (status) {
    case 'SUCCEEDED':
    case 'FAILED':
    case 'ABORTED':
    case 'TIMED_OUT':
      return status;
    default:
      return 'RUNNING';
  }
}
