import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isLong } from '../../../support/property-runs.ts';
import { account, newDirectory, region, startAws } from './fixture.ts';

const hasCli = spawnSync('aws', ['--version']).status === 0;

/** All services, and the CLI in a home of its own. A value with spaces stands behind the command. */
async function startCli() {
  const aws = await startAws();
  onTestFinished(aws.close);
  const home = newDirectory();
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  // As an option: version 1 of the CLI does not heed AWS_ENDPOINT_URL for SQS.
  const options = ['--endpoint-url', aws.endpoint.url, '--output', 'json'];
  const run = async (command: string, ...values: string[]) =>
    (await promisify(execFile)('aws', [...command.split(' '), ...values, ...options], { env })).stdout;
  const json = async (command: string, ...values: string[]) => JSON.parse(await run(command, ...values));
  return { ...aws, home, run, json };
}

/**
 * The CLI reads answers with a library of its own, so it sees mistakes that the SDK forgives. Each start of it costs
 * 0.8 s of CPU time: `npm test` asks each service once, and one for what it refuses; the long run asks for the rest.
 */
describe.skipIf(!hasCli)('the aws CLI', () => {
  test('knows who it is', async () => {
    const { json } = await startCli();
    expect(await json('sts get-caller-identity')).toMatchObject({ Account: account });
  });

  test('writes and scans a table', async () => {
    const { tables, run, json } = await startCli();
    const keySchema = [{ name: 'pk', type: 'HASH' as const }];
    await tables.ensure({ name: 'relay', attributes: [{ name: 'pk', type: 'S' }], keySchema });
    const item = '{"pk":{"S":"a"}}';
    const put = () =>
      run('dynamodb put-item --table-name relay --condition-expression attribute_not_exists(pk) --item', item);
    if (isLong) await put();
    else await tables.call('PutItem', { TableName: 'relay', Item: JSON.parse(item) });
    expect(await json('dynamodb scan --table-name relay')).toMatchObject({ Count: 1 });
    await expect(put()).rejects.toThrow('ConditionalCheckFailedException');
  });

  test('sends and receives a message', async () => {
    const { queues, endpoint, run, json } = await startCli();
    queues.ensure({ name: 'q', visibilityTimeoutSeconds: 30, retentionSeconds: 60, maximumMessageBytes: 1_000 });
    const message = { QueueUrl: `${endpoint.url}/${account}/q`, MessageBody: 'hello' };
    const { QueueUrl } = isLong ? await json('sqs get-queue-url --queue-name q') : message;
    expect(QueueUrl).toBe(message.QueueUrl);
    if (isLong) await run('sqs send-message --message-body hello --queue-url', QueueUrl);
    else await queues.call('SendMessage', message);
    const { Messages } = await json('sqs receive-message --attribute-names All --queue-url', QueueUrl);
    expect(Messages).toMatchObject([{ Body: 'hello', Attributes: { ApproximateReceiveCount: '1' } }]);
    if (isLong) await expect(run('sqs get-queue-url --queue-name none')).rejects.toThrow('NonExistentQueue');
  });

  test('reads a secret', async () => {
    const { secrets, run, json } = await startCli();
    secrets.ensure({
      name: 'tokens',
      generate: { field: { template: '{}', key: 'admin' }, length: 9, excludePunctuation: true },
    });
    const { SecretString } = await json('secretsmanager get-secret-value --secret-id tokens');
    expect(JSON.parse(SecretString)).toEqual({ admin: expect.stringMatching(/^\w{9}$/) });
    if (!isLong) return;
    await expect(run('secretsmanager describe-secret --secret-id none')).rejects.toThrow('ResourceNotFoundException');
  });

  test('publishes an event, and lists executions', async () => {
    const { states, json } = await startCli();
    const entry = { Source: 's', DetailType: 't', Detail: '{}' };
    expect(await json('events put-events --entries', JSON.stringify([entry]))).toMatchObject({ FailedEntryCount: 0 });
    const arn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:m';
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'S', States: { S: { Type: 'Succeed' } } });
    states.addMachine({ arn, name: 'm', roleArn: 'arn:aws:iam::000000000000:role/r', definition });
    await states.call('StartExecution', { stateMachineArn: arn, name: 'a' });
    const { executions } = await json('stepfunctions list-executions --state-machine-arn', arn);
    expect(executions).toMatchObject([{ name: 'a' }]);
  });

  test('copies files to and from a bucket', async () => {
    const { buckets, home, run } = await startCli();
    buckets.ensure('results');
    const file = join(home, 'patch.diff');
    writeFileSync(file, 'größer\n'.repeat(10_000));
    await run('s3 cp', file, 's3://results/job 1/patch.diff');
    if (isLong) expect(await run('s3 ls s3://results --recursive')).toContain('job 1/patch.diff');
    await run('s3 cp', 's3://results/job 1/patch.diff', `${file}.copy`);
    expect(readFileSync(`${file}.copy`, 'utf8')).toBe('größer\n'.repeat(10_000));
    if (isLong) await expect(run('s3 cp s3://results/none', file)).rejects.toThrow('404');
  });
});
