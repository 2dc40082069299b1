import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectEndedExecutions, connectOutcomes } from '../../functions/adapters/events.ts';
import { sessionFinishedSchema } from '../../functions/contract/events.ts';
import { statusChangeSchema } from '../../functions/contract/status-change.ts';
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

describe('what the sweep says', () => {
  beforeEach(() => bus.reset());
  const machineOf = (name: string) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${name}`;
  const machines = { sessions: machineOf('sessions'), runs: machineOf('runs'), storms: machineOf('storms') };
  const said = () => {
    const [entry] = bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    return { ...entry, Detail: JSON.parse(entry?.Detail ?? '{}') };
  };

  test('of an execution is what Step Functions would have said, on the default bus', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    const end = { name: 'stm_1', status: 'FAILED' as const, error: null, cause: 'why' };
    await connectEndedExecutions(machines, client).announce('storms', end);
    const executionArn = 'arn:aws:states:eu-central-1:123456789012:execution:storms:stm_1';
    const Detail = { stateMachineArn: machines.storms, executionArn, ...end };
    expect(said()).toEqual({ Source: 'opencode-relay', DetailType: 'Execution found ended', Detail });
    expect(statusChangeSchema.parse({ detail: Detail }).detail).toMatchObject({ name: 'stm_1', status: 'FAILED' });
  });

  test('of a job names it, for the stack whose machine it ran on', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await connectEndedExecutions(machines, client).leftBehind(jobId);
    const Detail = { jobId, stateMachineArn: machines.sessions };
    expect(said()).toEqual({ Source: 'opencode-relay', DetailType: 'Session left behind', Detail });
  });
});
