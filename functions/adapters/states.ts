import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ExecutionStarter } from '../ports.ts';

/**
 * Starts executions of one state machine. The name makes it harmless to start twice: a running execution of that name and
 * input is the answer itself, a finished one is "already exists".
 */
export const connectExecutions = (stateMachineArn: string, client = new SFNClient()): ExecutionStarter => ({
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
});

/** `arn:…:stateMachine:<machine>` and a name give `arn:…:execution:<machine>:<name>`. */
const arnOf = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
