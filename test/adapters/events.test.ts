import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectOutcomes } from '../../functions/adapters/events.ts';
import { sessionFinishedSchema } from '../../functions/contract/events.ts';
import { executionArn, jobId, sampleCollected, sampleExecution } from '../support/fakes/samples.ts';
import { mockClient } from '../support/mock-client.ts';

const client = new EventBridgeClient({ region: 'eu-central-1' });
const bus = mockClient(client);
const { alert, relay, rule } = sampleExecution();
const event = sessionFinishedSchema.parse({ jobId, executionArn, alert, relay, rule, ...sampleCollected() });

describe('outcome publisher', () => {
  beforeEach(() => bus.reset());

  test('puts one event of our source and detail type on the bus', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await connectOutcomes('outcomes', client).publish(event);
    const entries = bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    expect(entries).toEqual([
      {
        EventBusName: 'outcomes',
        Source: 'opencode-relay',
        DetailType: 'OpenCode session finished',
        Detail: JSON.stringify(event),
      },
    ]);
  });

  test('an entry that the bus refuses is an error, although the call succeeds', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
    await expect(connectOutcomes('outcomes', client).publish(event)).rejects.toThrow('ThrottlingException');
  });
});
