import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeTableCommand,
  DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  TableAlreadyExistsException,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { mockClient } from '../../support/mock-client.ts';
import { now, run } from './run-command.ts';

const cloudFormation = mockClient(CloudFormationClient);
const dynamo = mockClient(DynamoDBClient);

beforeEach(() => {
  cloudFormation.reset();
  dynamo.reset();
  const Outputs = [{ OutputKey: 'TableName', OutputValue: 'old' }];
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'OpencodeRelay', CreationTime: now, StackStatus: 'UPDATE_COMPLETE', Outputs }],
  });
  cloudFormation.on(ListStackResourcesCommand).resolves({});
  dynamo.on(UpdateTimeToLiveCommand).resolves({});
  dynamo.on(DescribeTableCommand).resolves({ Table: { TableStatus: 'ACTIVE' } });
});

const restored = () => dynamo.commandCalls(RestoreTableToPointInTimeCommand)[0]?.args[0].input;
const isProtected = () => dynamo.commandCalls(UpdateTableCommand).map(({ args }) => args[0].input);

describe('restore', () => {
  test('makes a table as at that time, waits for it, and adds what a restore leaves out', async () => {
    dynamo
      .on(DescribeTableCommand)
      .resolvesOnce({ Table: { TableStatus: 'CREATING' } })
      .resolves({ Table: { TableStatus: 'ACTIVE' } });
    const { code, stdout, waited } = await run(['restore', '--at', '2027-03-01T09:00:00Z', '--to', 'new']);
    expect([code, waited]).toEqual([0, [10_000]]);
    expect(stdout).toContain('"tableName": "new"');
    expect(restored()).toEqual({
      SourceTableName: 'old',
      TargetTableName: 'new',
      RestoreDateTime: new Date('2027-03-01T09:00:00Z'),
    });
    expect(dynamo.commandCalls(UpdateTimeToLiveCommand)[0]?.args[0].input).toEqual({
      TableName: 'new',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
    });
    expect(dynamo.commandCalls(UpdateContinuousBackupsCommand)[0]?.args[0].input).toMatchObject({ TableName: 'new' });
    expect(isProtected()).toEqual([{ TableName: 'new', DeletionProtectionEnabled: true }]);
  });

  test('goes on where a run before it was interrupted', async () => {
    const there = new TableAlreadyExistsException({ message: 'Table already exists', $metadata: {} });
    dynamo.on(RestoreTableToPointInTimeCommand).rejects(there);
    dynamo.on(UpdateTimeToLiveCommand).rejects(new Error('TimeToLive is already enabled'));
    expect(await run(['restore', '--at', 'latest', '--to', 'new'])).toMatchObject({ code: 0 });
    expect(isProtected()).toMatchObject([{ TableName: 'new' }]);
  });

  test('names the table by the stack and the time, where nobody does', async () => {
    await run(['restore', '--at', 'latest']);
    const names = { TargetTableName: 'OpencodeRelay-restored-202703011200', UseLatestRestorableTime: true };
    expect(restored()).toMatchObject(names);
  });

  test('does not wait for ever, and says how to go on', async () => {
    dynamo.on(DescribeTableCommand).resolves({ Table: { TableStatus: 'CREATING' } });
    const { code, stderr } = await run(['restore', '--at', 'latest', '--to', 'new']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--to new')]);
    expect(isProtected()).toEqual([]);
  });

  test('any other refusal ends it', async () => {
    dynamo.on(UpdateTimeToLiveCommand).rejects(new Error('AccessDenied'));
    expect(await run(['restore', '--at', 'latest'])).toMatchObject({ code: 1, stderr: 'AccessDenied\n' });
  });

  test.each([[['restore']], [['restore', '--at', 'yesterday']], [['restore', '--at', '2027-13-01T00:00:00Z']]])(
    '%j is refused before anything is asked',
    async (args) => {
      expect((await run(args)).code).toBe(2);
    },
  );
});
