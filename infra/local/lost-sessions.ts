import { paginateGetExecutionHistory, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { stackStopped } from '../../functions/contract/error-names.ts';
import { executionInputSchema } from '../../functions/contract/execution.ts';
import type { LocalStack } from './local-stack.ts';

const cause = 'Its OpenCode server ended together with the local stack.';

/**
 * Stops the executions whose session was under way on a server that ended with the last start, so that each has its
 * outcome now and not after a dozen polls. One that has no session yet opens it on the server of this start, and one
 * that is collected already finds what it left. Returns the ids of their jobs.
 */
export async function endLostSessions(
  { resumed, awsEndpointUrl }: Pick<LocalStack, 'resumed' | 'awsEndpointUrl'>,
  endpoint: string,
): Promise<string[]> {
  const sfn = new SFNClient({
    endpoint: awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const ended: string[] = [];
  for (const { executionArn, name, input } of resumed) {
    const session = executionInputSchema.safeParse(JSON.parse(input)).data?.session;
    if (session?.endpoint !== endpoint || !(await isAtWork(sfn, executionArn))) continue;
    await sfn.send(new StopExecutionCommand({ executionArn, error: stackStopped, cause }));
    ended.push(name);
  }
  return ended;
}

/** Between the session's creation and the collection of its result. */
async function isAtWork(client: SFNClient, executionArn: string): Promise<boolean> {
  let isOpen = false;
  for await (const { events } of paginateGetExecutionHistory({ client }, { executionArn, maxResults: 1_000 })) {
    for (const { stateExitedEventDetails: exited, stateEnteredEventDetails: entered } of events ?? []) {
      if (exited?.name === 'Create session') isOpen = true;
      if (entered?.name === 'Collect result') isOpen = false;
    }
  }
  return isOpen;
}
