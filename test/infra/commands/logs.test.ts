import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from 'vitest';
import { queryOf } from '../../../infra/commands/logs/insights.ts';
import { mockClient } from '../../support/mock-client.ts';
import { now, run } from './run-command.ts';

const cloudFormation = mockClient(CloudFormationClient);
const cloudWatch = mockClient(CloudWatchLogsClient);
const group = (LogicalResourceId: string, PhysicalResourceId = `OpencodeRelay-${LogicalResourceId}`) => ({
  LogicalResourceId,
  PhysicalResourceId,
  ResourceType: 'AWS::Logs::LogGroup',
  LastUpdatedTimestamp: now,
  ResourceStatus: 'CREATE_COMPLETE' as const,
});
const trace = 'a'.repeat(32);

beforeEach(() => {
  cloudFormation.reset();
  cloudWatch.reset();
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'OpencodeRelay', CreationTime: now, StackStatus: 'UPDATE_COMPLETE' }],
  });
  cloudFormation.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: [
      group('RouteAlertLogs0123ABCD'),
      group('PollSessionLogs0123ABCD'),
      group('SessionsLogs0123ABCD', '/aws/vendedlogs/states/OpencodeRelay'),
      group('RequestsABCD0123'),
      { ...group('DeliveriesLogs0123ABCD'), ResourceType: 'AWS::SQS::Queue' },
    ],
  });
  cloudWatch.on(StartQueryCommand).resolves({ queryId: 'q' });
});

const line = (second: number, logical: string, said: object | string) => [
  { field: '@timestamp', value: `2027-03-01 11:00:0${second}.000` },
  { field: '@log', value: `123456789012:OpencodeRelay-${logical}Logs0123ABCD` },
  { field: '@message', value: typeof said === 'string' ? said : JSON.stringify({ level: 'INFO', ...said }) },
  { field: '@ptr', value: 'CmEK' },
];
const delivered = line(1, 'RouteAlert', { message: 'Message done', alertIds: ['alr_1', 'alr_2'], traceId: trace });
const polled = line(3, 'PollSession', {
  ...{ message: 'Task finished', jobId: 'job_1', alertId: 'alr_1', traceId: trace, state: 'running' },
  ...{ function_request_id: 'r', cold_start: true },
});
const ofOthers = [
  line(2, 'PollSession', { message: 'Task started', jobId: 'job_2', alertId: 'alr_1', traceId: trace }),
  line(2, 'RouteAlert', { message: 'Execution started', alertId: 'alr_2', traceId: trace }),
  line(2, 'RouteAlert', 'REPORT RequestId: job_1'),
];
const failed = line(4, 'PollSession', { level: 'ERROR', message: 'Task failed', jobId: 'job_1', alertId: 'alr_1' });
const answers = (...results: ReturnType<typeof line>[][]) => {
  const calls = cloudWatch.on(GetQueryResultsCommand);
  for (const rows of results) calls.resolvesOnce({ status: 'Complete', results: rows });
};
const queries = () => cloudWatch.commandCalls(StartQueryCommand).map(({ args }) => args[0].input);

describe('logs', () => {
  test('tells a job from its delivery on, asked for by all its ids, and leaves out what is of others', async () => {
    answers([polled, failed], [delivered, ...ofOthers, polled, failed]);
    const { code, stdout } = await run(['logs', 'job_1']);
    expect(stdout.split('\n')).toEqual([
      `job job_1; alert alr_1; trace ${trace}`,
      '2027-03-01 11:00:01.000  RouteAlert        Message done',
      '2027-03-01 11:00:03.000  PollSession       Task finished  state=running',
      '2027-03-01 11:00:04.000  PollSession       ERROR  Task failed',
      '',
    ]);
    expect(code).toBe(0);
    const [first, second] = queries();
    expect(first).toEqual({
      logGroupNames: ['OpencodeRelay-RouteAlertLogs0123ABCD', 'OpencodeRelay-PollSessionLogs0123ABCD'],
      queryString: queryOf(['job_1']),
      startTime: now.getTime() / 1_000 - 7 * 86_400,
      endTime: now.getTime() / 1_000 + 60,
    });
    expect(second?.queryString).toContain(`like /job_1|alr_1|${trace}/`);
  });

  test('tells an alert with all its jobs', async () => {
    answers([polled, ...ofOthers], [delivered, ...ofOthers, polled]);
    const { stdout } = await run(['logs', 'alr_1', '--since', '2h']);
    expect(stdout).toMatch(/^job job_1, job_2; alert alr_1; trace a+$/m);
    expect(stdout.match(/PollSession/g)).toHaveLength(2);
    expect(queries()[0]?.startTime).toBe(now.getTime() / 1_000 - 7_200);
  });

  test('waits for the answer', async () => {
    cloudWatch
      .on(GetQueryResultsCommand)
      .resolvesOnce({ status: 'Scheduled' })
      .resolvesOnce({ status: 'Running' })
      .resolves({ status: 'Complete', results: [line(1, 'RouteAlert', { message: 'x', alertId: 'alr_1' })] });
    const { waited, code } = await run(['logs', 'alr_1']);
    expect([waited, code]).toEqual([[1_000, 1_000], 0]);
  });

  test.each([
    ['Running', 'has not answered within 120 s'],
    ['Failed', 'ended the query as Failed'],
    ['Timeout', 'ended the query as Timeout'],
  ] as const)('does not wait for ever where it is %s', async (status, sentence) => {
    cloudWatch.on(GetQueryResultsCommand).resolves({ status });
    const { code, stderr } = await run(['logs', 'alr_1']);
    expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)]);
  });

  test('says so where nobody said anything', async () => {
    answers([]);
    expect(await run(['logs', 'job_1'])).toMatchObject({ code: 1, stdout: expect.stringContaining('older (--since)') });
  });

  test('says where it was cut', async () => {
    answers(Array.from({ length: 10_000 }, () => line(1, 'RouteAlert', { message: 'x', alertId: 'alr_1' })));
    expect((await run(['logs', 'alr_1'])).stdout).toMatch(/Cut after 10000 lines/);
  });

  test('prints the query alone, for the console', async () => {
    const { stdout } = await run(['logs', 'job_1', '--query'], {});
    expect(stdout).toBe(`${queryOf(['job_1'])}\n`);
    expect(queries()).toEqual([]);
  });

  test.each([[['logs']], [['logs', 'dlv_1']], [['logs', 'job_1/|.*']], [['logs', 'job_1', '--since', 'yesterday']]])(
    '%j is refused before anything is asked',
    async (args) => {
      expect((await run(args)).code).toBe(2);
    },
  );
});
