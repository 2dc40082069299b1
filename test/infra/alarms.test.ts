import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { environment } from '../../functions/contract/environment.ts';
import { sweptKinds, unauthorizedCodes } from '../../functions/contract/metrics.ts';
import type { Outcome } from '../../functions/contract/outcomes.ts';
import { HookRefusal } from '../../functions/domain/intake/refusal.ts';
import { nothingSwept, type SweptKind } from '../../functions/domain/task/sweep.ts';
import { functionSpecs } from '../../infra/functions.ts';
import { isFiredBy } from '../support/alarm-firing.ts';
import { alarmTopic, capturedLines, synthesizedAlarms } from '../support/alarms.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { jobId, sampleCollected, sampleJob } from '../support/fakes/samples.ts';
import { fakeJobs } from '../support/fakes/stores.ts';
import { projectRoot } from '../support/source-files.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const alarms = synthesizedAlarms();
const byName = (name: string) => {
  const alarm = alarms.get(name);
  if (!alarm) throw new Error(`No alarm is named ${name}`);
  return alarm;
};

const variablesSchema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

const queue = (name: string, metric: string, threshold = 1) =>
  ({ series: [`AWS/SQS ${metric} QueueName=<${name}.QueueName>`], statistic: 'Maximum', threshold }) as const;
const visible = 'ApproximateNumberOfMessagesVisible';
const throttles = (...names: string[]) => ({
  series: names.map((name) => `AWS/Lambda Throttles FunctionName=<${name}Function>`),
  statistic: 'Sum',
  threshold: 1,
});
const machines = ['Sessions', 'RelayRuns', 'Storms'];

/** Alarms of what AWS counts by itself, with the series that AWS documents for it. */
const ofServices = {
  DeliveryDeadLetters: queue('DeliveriesDeadLetters', visible),
  WebhookDeadLetters: queue('WebhookCallsDeadLetters', visible),
  StoppedDeadLetters: queue('StoppedDeadLetters', visible),
  AlarmDeadLetters: queue('AlarmDeadLetters', visible),
  LateDeliveries: queue('DeliveriesQueue', 'ApproximateAgeOfOldestMessage', 600),
  ServerErrors: { series: ['AWS/ApiGateway 5xx ApiId=<ApiHttp>'], statistic: 'Sum', threshold: 1 },
  IntakeFlood: { series: ['AWS/ApiGateway Count ApiId=<ApiHttp>'], statistic: 'SampleCount', threshold: 10 },
  SweepSilent: { series: ['AWS/Lambda Invocations FunctionName=<SweepFunction>'], statistic: 'Sum', threshold: 1 },
  ReportsMissing: { series: ['AWS/Lambda Errors FunctionName=<WriteReportFunction>'], statistic: 'Sum', threshold: 1 },
  IntakeThrottled: throttles('ReceiveAlert', 'ReceiveAlarm', 'RouteAlert', 'CallWebhook'),
  SessionThrottled: throttles(
    ...['CreateSession', 'SendPrompt', 'PollSession', 'VerifyPatch', 'SendFindings', 'AbortSession'],
    ...['CollectResult', 'SessionStopped'],
  ),
  RelayRunThrottled: throttles('DecideStep', 'RunStopped'),
  StormThrottled: throttles('CheckStorm', 'TriageStorm', 'RecordRootCause', 'StormStopped'),
  ApiThrottled: throttles('Manage', 'CheckServers'),
  UpkeepThrottled: throttles('Sweep', 'WriteDigest', 'WriteReport', 'ClearSession', 'SendHeartbeat'),
  MachinesThrottled: {
    series: machines.map((name) => `AWS/States ExecutionThrottled StateMachineArn=<${name}Machine>`),
    statistic: 'Sum',
    threshold: 1,
  },
};

/** Alarms of what functions count, fired below by the lines that these write. */
const ofFunctions = [
  ...['UnauthorizedDeliveries', 'UnauthorizedRequests', 'RelayFailed', 'ServerUnreachable', 'CredentialsRejected'],
  ...['Undecided', 'StormHeld', 'LongPaused', 'StackBudgetReached', 'BudgetReached', 'NoService', 'SessionNearLimit'],
  ...['FailedOpen', 'SweepFound', 'HeartbeatMissing'],
];

describe('alarms', () => {
  test('are these, and each is of one of both kinds', () => {
    expect([...alarms.keys()].sort()).toEqual([...Object.keys(ofServices), ...ofFunctions].sort());
  });

  test.each([...alarms.values()])(
    '$name tells the topic what it means, how urgent it is, and where to read on',
    (it) => {
      expect(it.actions).toEqual([alarmTopic]);
      expect(it.description).toMatch(
        /^opencode-relay, (WAKE|LOOK TOMORROW): \S.{10,}\. What to do: infra\/RUNBOOK\.md#[a-z]+ Graph: https:\S+$/,
      );
      expect(it.description).toContain(
        `Graph: https://<AWS::Region>.console.aws.amazon.com/cloudwatch/home?region=<AWS::Region>#alarmsV2:alarm/OpencodeRelay-${it.name}`,
      );
    },
  );

  test('are none where no topic is configured', () => {
    expect(resourcesIn(synthesizedTemplate()).ofType('AWS::CloudWatch::Alarm')).toEqual([]);
  });

  test.each(Object.entries(ofServices))('%s looks at what AWS counts of that very resource', (name, expected) => {
    const { series, statistic, threshold } = byName(name);
    const texts = series.map(({ Namespace, MetricName, Dimensions }) => {
      const [dimension, ...others] = Object.entries(Dimensions);
      expect(others).toEqual([]);
      return `${Namespace} ${MetricName} ${dimension?.join('=')}`;
    });
    expect({ series: texts.sort(), statistic, threshold }).toEqual({
      ...expected,
      series: expected.series.toSorted(),
    });
  });

  test('of throttling cover every function', () => {
    const covered = [...alarms.values()].flatMap(({ series }) =>
      series.filter(({ MetricName }) => MetricName === 'Throttles'),
    );
    expect(covered).toHaveLength(Object.keys(functionSpecs).length);
  });
});

describe('an alarm of what functions count', () => {
  let lines: string[] = [];

  beforeEach(() => {
    lines = capturedLines();
  });
  afterEach(() => vi.restoreAllMocks());

  const firing = () => ofFunctions.filter((name) => !byName(name).absence && isFiredBy(byName(name), lines));

  test.each(unauthorizedCodes)('UnauthorizedDeliveries fires at the twentieth answer 401 for %s', async (code) => {
    const { hook } = await import('../../functions/middleware/hook.ts');
    const refusal = new HookRefusal(code, 'No.');
    const handler = hook(async () => ({ refusal }));
    const event = { requestContext: { requestId: 'request-7' }, pathParameters: { webhookKey: 'key' } };
    const post = async () => expect((await handler(event, lambdaContext('receive-alert'))).statusCode).toBe(401);
    for (let posted = 0; posted < 19; posted++) await post();
    expect(firing()).toEqual([]);
    await post();
    expect(firing()).toEqual(['UnauthorizedDeliveries']);
  });

  test.each<[string, Outcome]>([
    ['RelayFailed', 'relay_failed'],
    ['ServerUnreachable', 'server_unreachable'],
    ['CredentialsRejected', 'credentials_rejected'],
  ])('%s fires when a session ends as %s, and counts it once', async (name, outcome) => {
    const { countingEnds } = await import('../../functions/middleware/outcome-metrics.ts');
    const jobs = countingEnds(fakeJobs(sampleJob()));
    const end = () => jobs.finish(jobId, { ...sampleCollected(), outcome }, '2027-03-01T12:00:00.000Z');
    expect([await end(), await end()]).toEqual([true, false]);
    expect(lines.filter((line) => line.includes('SessionsEnded'))).toHaveLength(1);
    expect(firing()).toEqual([name]);
  });

  test('no alarm fires when a session ends green', async () => {
    const { countingEnds } = await import('../../functions/middleware/outcome-metrics.ts');
    const jobs = countingEnds(fakeJobs(sampleJob()));
    await jobs.finish(jobId, { ...sampleCollected(), outcome: 'diff_ready' }, '2027-03-01T12:00:00.000Z');
    expect(lines.join()).toContain('"outcome":"diff_ready"');
    expect(firing()).toEqual([]);
  });

  const sweepThatFound = async (kind: SweptKind) => {
    const { sweepMetrics } = await import('../../functions/middleware/sweep-metrics.ts');
    sweepMetrics.publish({ ...nothingSwept(), [kind]: 1 });
    expect(lines).toHaveLength(1);
  };

  test.each(sweptKinds.filter((kind) => kind !== 'leftovers'))(
    'SweepFound fires when a sweep has found %s',
    async (kind) => {
      await sweepThatFound(kind);
      expect(firing()).toEqual(['SweepFound']);
    },
  );

  test('no alarm fires when a sweep has found leftovers, of which some are ordinary', async () => {
    await sweepThatFound('leftovers');
    expect(firing()).toEqual([]);
  });

  test.each([
    'session/collect-result',
    'session/session-stopped',
    'relay-run/run-stopped',
    'storm/storm-stopped',
    'upkeep/sweep',
  ])('the handler of %s counts what it ends', (folder) => {
    const source = readFileSync(join(projectRoot, 'functions', folder, 'handler.ts'), 'utf8');
    expect(source).toMatch(/jobs: (\w+\()*countingEnds\(createJobStore\(table\)\)/);
  });

  test('every function knows the stack that it counts for', () => {
    const functions = resourcesIn(synthesizedTemplate()).ofType('AWS::Lambda::Function');
    const stacks = functions.map(
      ([, { Properties }]) => variablesSchema.parse(Properties).Environment.Variables[environment.stackName],
    );
    expect(new Set(stacks)).toEqual(new Set(['OpencodeRelay']));
  });
});

describe('an address that alarms are told to', () => {
  const { only, ofType } = resourcesIn(synthesizedTemplate({ alarmEmail: 'on-call@example.com' }));

  test('has a topic of the stack, to which the alarms of the account may write', () => {
    expect(only('AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
    const statements = JSON.stringify(only('AWS::SNS::TopicPolicy').Properties);
    expect(statements).toContain(
      '"Action":"sns:Publish","Condition":{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}},"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"}',
    );
    const actions = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
      JSON.stringify(Properties.AlarmActions),
    );
    expect(new Set(actions)).toEqual(new Set([expect.stringMatching(/^\[\{"Ref":"AlarmMail\w+"\}\]$/)]));
  });

  test('is told beside a configured topic', () => {
    const both = resourcesIn(synthesizedTemplate({ alarmEmail: 'on-call@example.com', alarmTopicArn: alarmTopic }));
    const [first] = both.ofType('AWS::CloudWatch::Alarm');
    expect(first?.[1].Properties.AlarmActions).toHaveLength(2);
  });
});
