import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { BeepsClient } from '@beepsdev/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { relay as command } from '../../infra/commands/relay.ts';
import { eventually } from '../support/eventually.ts';
import { projectRoot } from '../support/source-files.ts';
import { askShared } from '../support/system/ask-shared.ts';
import { fire } from '../support/system/system.ts';

const outputNames = [
  ...[
    'ApiUrl',
    'HooksUrl',
    'ApiTokenSecretArn',
    'StateMachineArn',
    'StormMachineArn',
    'TableName',
    'WebhookSigningSecretArn',
    'WebhookCallsArn',
    'WebhookCallsDeadLettersArn',
    'DeliveriesDeadLettersArn',
    'StoppedDeadLettersArn',
    'AuditBucketName',
    'ResultsBucketName',
    'EventBusName',
  ],
  ...[
    'ApiToken',
    'AwsEndpointUrl',
    'ConsoleUrl',
    'OpenCodeUrl',
    'OpenCodeUsername',
    'RelayRunMachineArn',
    'OpenCodePassword',
  ],
];

/** `npm start` as a user has it, in the order in which a user would try it. */
describe('npm start', () => {
  let data: string;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    // Whose bundles are these too: made once, not twice at a time.
    await askShared('assembly');
    data = await mkdtemp(join(tmpdir(), 'opencode-relay-start-'));
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
  });

  function start(...options: string[]) {
    // Relative, as a user gives it and as the default is.
    const folder = relative(projectRoot, data);
    const child = spawn(process.execPath, ['infra/local/main.ts', '--data', folder, '--port', '0', ...options], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    const printed = { text: '' };
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed.text += String(chunk)));
    const exited = once(child, 'exit');
    return {
      child,
      printed,
      exitCode: async () =>
        z
          .number()
          .nullable()
          .parse((await exited)[0]),
      ready: () => eventually(() => expect(printed.text).toContain('Ctrl-C stops everything')),
    };
  }

  const outputs = async () =>
    z.record(z.string(), z.string()).parse(JSON.parse(await readFile(join(data, 'outputs.json'), 'utf8')));
  const isUp = async (url = '') =>
    fetch(url).then(
      () => true,
      () => false,
    );
  const executions = async ({ AwsEndpointUrl, StateMachineArn }: Record<string, string>) => {
    const sfn = new SFNClient({
      ...(AwsEndpointUrl && { endpoint: AwsEndpointUrl }),
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { executions: list = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: StateMachineArn }));
    return { list, sfn };
  };

  test('--once plays the sample to a patch and exits with 0, leaving no process behind', async () => {
    const { printed, exitCode } = start('--once');
    expect(await exitCode(), printed.text).toBe(0);
    for (const step of [
      '  accepted:',
      ': started',
      'session created',
      'poll 1',
      'diff_ready',
      'git apply',
      'diff --git',
    ]) {
      expect(printed.text).toContain(step);
    }
    expect(printed.text).toMatch(/^ +0\.\d s {2}starting +data in .*, logs in .*\/logs$/m);
    for (const phase of ['OpenCode', 'bundling', 'synthesizing', 'stack']) {
      expect(printed.text).toMatch(new RegExp(`  ${phase} +.*, \\d+\\.\\d s$`, 'm'));
    }
    expect(printed.text).toMatch(
      / alert +alr_\w{32} {2}session: started\n +Rule "Investigate with OpenCode", version 1, /,
    );
    // So that two sessions at once can be told apart.
    expect(printed.text).toMatch(/ job_\w{8} +poll 1 /);
    const [, page = ''] =
      /^file:\/\/(\/.*\/reports\/job_\w{32}\.html)$/m.exec(printed.text.replaceAll(/^ +/gm, '')) ?? [];
    expect(await readFile(page, 'utf8')).toContain('diff_ready: Checkout totals are wrong');
    const written = await outputs();
    expect(Object.keys(written).sort()).toEqual(outputNames.toSorted());
    expect((await stat(join(data, 'outputs.json'))).mode & 0o077).toBe(0);
    expect(await isUp(written.OpenCodeUrl)).toBe(false);
  });

  test('a second start finds all data, and keeps others out of them; kill -9 takes the OpenCode server along', async () => {
    const second = start('--no-sample');
    await second.ready();
    const written = await outputs();
    const client = new BeepsClient({ accessToken: written.ApiToken ?? '', baseURL: written.ApiUrl ?? '' });
    const [relay] = await client.relay.list();
    expect(relay?.name).toContain('Sample');
    const { list, sfn } = await executions(written);
    expect(list.map(({ status }) => status)).toEqual(['SUCCEEDED']);
    const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: list[0]?.executionArn }));
    expect(events?.[0]?.type).toBe('ExecutionStarted');

    const world = { environment: {}, now: new Date(), fetch, wait: async (ms: number) => sleep(ms) };
    const { stdout, code } = await command(['doctor', '--data', data], world);
    expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
    expect(code).toBe(0);

    const another = start('--no-sample');
    expect(await another.exitCode()).toBe(1);
    expect(another.printed.text).toContain('in use by another start');

    const [hook = ''] = /http:\/\/127\.0\.0\.1:\d+\/hooks\/[\w-]+/.exec(second.printed.text) ?? [];
    await fire(hook, 'never ends', '[[hang]]');
    await eventually(() => expect(second.printed.text).toContain('poll 1'));
    second.child.kill('SIGKILL');
    await second.exitCode();
    await eventually(async () => expect(await isUp(written.OpenCodeUrl)).toBe(false));
  });

  test('the next start ends at once the session whose server ended too, and Ctrl-C ends every process', async () => {
    const third = start('--no-sample');
    await third.ready();
    expect(third.printed.text).toContain('Ended together with their OpenCode server, as session_lost: 1 session.');
    expect(third.printed.text).toContain('each session that was lost has its outcome');
    const written = await outputs();
    await eventually(async () => {
      const { list } = await executions(written);
      expect(list.map(({ status }) => status).toSorted()).toEqual(['ABORTED', 'SUCCEEDED']);
    });
    const { list } = await executions(written);
    const aborted = list.find(({ status }) => status === 'ABORTED');
    expect(aborted?.name).toMatch(/^job_/);
    third.child.kill('SIGINT');
    expect(await third.exitCode()).toBe(0);
    expect(await isUp(written.OpenCodeUrl)).toBe(false);
    expect(await isUp(written.AwsEndpointUrl)).toBe(false);
  });

  test('a wrong option exits with 2 and names it', async () => {
    const wrong = start('--endpont', 'http://127.0.0.1:1');
    expect(await wrong.exitCode()).toBe(2);
    expect(wrong.printed.text).toContain('--endpont');
  });
});
