import {
  DescribeTableCommand,
  DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  TableAlreadyExistsException,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { timeToLiveAttribute } from '../../functions/contract/table.ts';
import { UsageError } from '../usage-error.ts';
import { command, lines, type World } from './command.ts';
import { findStack } from './doctor/find-stack.ts';
import { outputOf } from './doctor/stack-view.ts';
import { Failure } from './failure.ts';
import { dataOption } from './local-outputs.ts';
import { STACK } from './token.ts';

const LOOK_MS = 10_000;
/** Two hours: a restore takes minutes to an hour, however few the rows. */
const MOST_LOOKS = 720;

export const restore = command({
  name: 'restore',
  summary: "Makes a table of the stack's rows as they were, with all that a restore leaves out.",
  forms: [
    ['--at INSTANT [--to NAME]', 'as at that time, of the last 35 days: 2027-03-01T09:00:00Z'],
    ['--at latest [--to NAME]', 'as at the latest time that there is, some five minutes ago'],
  ],
  options: {
    at: { type: 'string', value: 'INSTANT', help: 'the time, or latest' },
    to: { type: 'string', value: 'NAME', help: 'name of the new table; one that is being restored is waited for' },
    stack: { type: 'string', default: STACK, value: 'NAME', help: 'the deployed stack' },
    data: dataOption,
  },
  notes:
    'Pause first, and let deliveries wait (infra/RECOVERY.md). It changes nothing of the stack: the configuration names the new table.',
  maxArguments: 0,
  async run({ values }, world) {
    const time = timeOf(values.at);
    const { view, options } = await findStack(world, values);
    const from = outputOf(view, 'TableName');
    const client = new DynamoDBClient(options);
    const to = values.to ?? `${values.stack}-restored-${world.now.toISOString().replaceAll(/\D/g, '').slice(0, 12)}`;
    await begin(client, { SourceTableName: from, TargetTableName: to, ...time });
    await untilActive(client, to, world);
    await complete(client, to);
    return { text: lines([`Table ${to} is there. To go on with it: "tableName": "${to}", and deploy.`]), done: true };
  },
});

function timeOf(at: string | undefined): { RestoreDateTime: Date } | { UseLatestRestorableTime: true } {
  if (at === 'latest') return { UseLatestRestorableTime: true };
  const time = new Date(at ?? '');
  if (at !== undefined && /^\d{4}-\d\d-\d\dT/.test(at) && !Number.isNaN(time.getTime()))
    return { RestoreDateTime: time };
  throw new UsageError('restore needs --at: an instant such as 2027-03-01T09:00:00Z, or latest');
}

/** A run that was interrupted has begun it already. */
async function begin(
  client: DynamoDBClient,
  input: ConstructorParameters<typeof RestoreTableToPointInTimeCommand>[0],
): Promise<void> {
  try {
    await client.send(new RestoreTableToPointInTimeCommand(input));
  } catch (error) {
    if (!(error instanceof TableAlreadyExistsException)) throw error;
  }
}

async function untilActive(client: DynamoDBClient, TableName: string, { wait }: Pick<World, 'wait'>): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await wait(LOOK_MS);
  }
  throw new Failure(`Table ${TableName} is not there after two hours. Wait for it with --to ${TableName}.`);
}

/** What a restore leaves out. */
async function complete(client: DynamoDBClient, TableName: string): Promise<void> {
  const TimeToLiveSpecification = { Enabled: true, AttributeName: timeToLiveAttribute };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })).catch((error: unknown) => {
    // DynamoDB refuses to switch on what is on.
    if (!(error instanceof Error && error.message.includes('already enabled'))) throw error;
  });
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
}
