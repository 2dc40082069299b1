import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { eventSource, sessionFinished } from '../contract/events.ts';
import { executionFoundEnded, sessionLeftBehind } from '../contract/sweep.ts';
import { executionArnOf } from '../domain/job/execution-arn.ts';
import type { EndedExecutions, ExecutionKind, OutcomePublisher } from '../ports.ts';
import { eventBridgeClient } from './clients/event-bridge.ts';

/** Publishes outcomes on the bus with the same source and detail type as the workflow's own `Publish outcome`. */
export const connectOutcomes = (eventBusName: string, client = eventBridgeClient()): OutcomePublisher => ({
  publish: (event) =>
    put(client, { EventBusName: eventBusName, DetailType: sessionFinished, Detail: JSON.stringify(event) }),
});

/** Says on the account's default bus what Step Functions should have said there. `machines`: their ARNs. */
export const connectEndedExecutions = (
  machines: Record<ExecutionKind, string>,
  client = eventBridgeClient(),
): EndedExecutions => ({
  announce: (kind, end) => {
    const stateMachineArn = machines[kind];
    const executionArn = executionArnOf(stateMachineArn, end.name);
    return put(client, {
      DetailType: executionFoundEnded,
      Detail: JSON.stringify({ stateMachineArn, executionArn, ...end }),
    });
  },

  leftBehind: (jobId) =>
    put(client, {
      DetailType: sessionLeftBehind,
      Detail: JSON.stringify({ jobId, stateMachineArn: machines.sessions }),
    }),
});

async function put(client: EventBridgeClient, entry: PutEventsRequestEntry): Promise<void> {
  const answer = await client.send(new PutEventsCommand({ Entries: [{ Source: eventSource, ...entry }] }));
  // A refused entry is no exception in this API: the call itself succeeds.
  if (answer.FailedEntryCount) {
    throw new Error(`The event bus refused the event: ${answer.Entries?.[0]?.ErrorCode ?? 'no error code'}`);
  }
}
