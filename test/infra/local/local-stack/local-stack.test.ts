import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { callLimits } from '../../../../infra/local/lambda/call-queue.ts';
import { type LocalStack, startLocalStack } from '../../../../infra/local/local-stack.ts';
import { eventually } from '../../../support/eventually.ts';
import { writeAssembly } from './assembly-fixture.ts';
import { temporaryFolder } from './folders.ts';
import { code, template } from './sample-template.ts';

/** The sample template, running; what it told its watchers, and what a user can ask. */
async function start(assembly: string, data: string) {
  const details: unknown[] = [];
  const faults: string[] = [];
  const stack = await startLocalStack({
    assembly,
    dataDirectory: join(data, 'aws'),
    logDirectory: join(data, 'logs'),
    port: 0,
    onEvent: ({ detail }) => details.push(detail),
    onExecutionHistory: () => {
      throw new Error('a watcher that fails');
    },
    onFault: ({ functionName, errorType }) => faults.push(`${functionName}: ${errorType}`),
  });
  onTestFinished(() => stack.stop());
  const aws = {
    endpoint: stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const sfn = new SFNClient(aws);
  const arnOf = (name: string) => `${output(stack, 'MachineArn').replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    stack,
    details,
    faults,
    post: (name: string, mode: string) =>
      fetch(`${output(stack, 'HooksUrl')}/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ mode }),
      }),
    status: async (name: string) =>
      (await sfn.send(new DescribeExecutionCommand({ executionArn: arnOf(name) })).catch(() => undefined))?.status,
    stopExecution: (name: string) => sfn.send(new StopExecutionCommand({ executionArn: arnOf(name), error: 'Enough' })),
    secret: async () =>
      (await new SecretsManagerClient(aws).send(new GetSecretValueCommand({ SecretId: output(stack, 'SecretArn') })))
        .SecretString,
    stoppedLog: () => readFile(join(data, 'logs/Fixture-Stopped.log'), 'utf8').catch(() => ''),
  };
}

function output({ outputs }: LocalStack, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`no output ${name}`);
  return value;
}

describe('the local stack', () => {
  test('runs what the template says, from the hook to the event', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const stack = await start(await writeAssembly(template, code), await temporaryFolder());
    expect(output(stack.stack, 'QueueUrl')).toBe(`${stack.stack.awsEndpointUrl}/000000000000/Fixture-Queue`);
    expect((await stack.post('job-1', 'well')).status).toBe(202);
    await eventually(() => expect(stack.details).toEqual([{ worked: 'well' }]));
    await eventually(async () => expect(await stack.status('job-1')).toBe('SUCCEEDED'));
    expect(stack.faults).toEqual([]);
  });

  test('takes a burst at once, more than it runs at once, and routes all of it', async () => {
    const stack = await start(await writeAssembly(template, code), await temporaryFolder());
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const names = Array.from({ length: 2 * callLimits().atOnce }, (_, index) => `job-${index}`);
    const answers = await Promise.all(names.map((name) => stack.post(name, 'well')));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 202));
    await eventually(() => expect(stack.details).toHaveLength(names.length));
    expect(stack.faults).toEqual([]);
  });

  test('hands failed and stopped executions to the rule on them', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const stack = await start(await writeAssembly(template, code), await temporaryFolder());
    await stack.post('job-1', 'fail');
    await stack.post('job-2', 'hang');
    await eventually(async () => expect(await stack.status('job-2')).toBe('RUNNING'));
    await stack.stopExecution('job-2');
    await eventually(async () => {
      const log = await stack.stoppedLog();
      expect(log).toContain('["job-1","FAILED","ServerUnreachable"]');
      expect(log).toContain('["job-2","ABORTED","Enough"]');
    });
  });

  test('finds its data again, and goes on with what was running when it stopped, by the code of now', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const assembly = await writeAssembly(template, code);
    const data = await temporaryFolder();
    const first = await start(assembly, data);
    const secret = await first.secret();
    await first.post('job-1', 'hang');
    await eventually(async () => expect(await first.status('job-1')).toBe('RUNNING'));
    await first.stack.stop();
    await expect(fetch(output(first.stack, 'HooksUrl'))).rejects.toThrow();
    await expect(fetch(first.stack.awsEndpointUrl)).rejects.toThrow();

    const work = "export const handler = async ({ mode }) => ({ worked: mode + ', then changed' });";
    const second = await start(await writeAssembly(template, { ...code, work }), data);
    expect(await second.secret()).toBe(secret);
    expect(second.stack.outputs.MachineArn).toBe(first.stack.outputs.MachineArn);
    expect(second.stack.resumed.map(({ name }) => name)).toEqual(['job-1']);
    await eventually(async () => expect(await second.status('job-1')).toBe('SUCCEEDED'));
    expect(second.details).toEqual([{ worked: 'hang, then changed' }]);
  });

  test('hands over at the next start what a rule had not handled when it stopped', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const data = await temporaryFolder();
    const stopped = 'export const handler = () => new Promise(() => setInterval(() => {}, 1_000));';
    const first = await start(await writeAssembly(template, { ...code, stopped }), data);
    await first.post('job-1', 'fail');
    await eventually(async () => expect(await first.status('job-1')).toBe('FAILED'));
    await first.stack.stop();
    expect(await first.stoppedLog()).toBe('');

    const second = await start(await writeAssembly(template, code), data);
    await eventually(async () => expect(await second.stoppedLog()).toContain('["job-1","FAILED"'));
  });
});
