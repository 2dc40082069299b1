import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource, sessionFinished } from '../contract/events.ts';
import type { OutcomePublisher } from '../ports.ts';
import { eventBridgeClient } from './clients/event-bridge.ts';

/** Publishes outcomes on the bus with the same source and detail type as the workflow's own `Publish outcome`. */
export const connectOutcomes = (eventBusName: string, client = eventBridgeClient()): OutcomePublisher => ({
  async publish(event) {
    const entry = {
      EventBusName: eventBusName,
      Source: eventSource,
      DetailType: sessionFinished,
      Detail: JSON.stringify(event),
    };
    const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
    // A refused entry is no exception in this API: the call itself succeeds.
    if (answer.FailedEntryCount) {
      throw new Error(`The event bus refused the outcome: ${answer.Entries?.[0]?.ErrorCode ?? 'no error code'}`);
    }
  },
});
