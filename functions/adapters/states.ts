import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionInput } from '../contract/execution.ts';
import type { ExecutionStopper } from '../ports.ts';
import { statesClient } from './clients/states.ts';

/**
 * Starts and stops executions of one state machine. The name makes it harmless to start twice: a running execution of
 * that name and input is the answer itself, a finished one is "already exists".
 */
export const connectExecutions = <Input extends object = ExecutionInput>(
  stateMachineArn: string,
  client = statesClient(),
): { start(name: string, input: Input): Promise<string> } & ExecutionStopper => ({
  async start(name, input) {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    try {
      const { executionArn } = await client.send(command);
      return executionArn ?? arnOf(stateMachineArn, name);
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return arnOf(stateMachineArn, name);
      throw error;
    }
  },

  async stop(name, cause) {
    const command = new StopExecutionCommand({ executionArn: arnOf(stateMachineArn, name), cause });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return false;
      throw error;
    }
  },
});

/** `arn:…:stateMachine:<machine>` and a name give `arn:…:execution:<machine>:<name>`. */
const arnOf = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
