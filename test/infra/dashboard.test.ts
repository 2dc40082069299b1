import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { heartbeat } from '../../functions/contract/heartbeat.ts';
import { openGuards } from '../../functions/contract/metrics.ts';
import { HookRefusal } from '../../functions/domain/intake/refusal.ts';
import { nothingSwept } from '../../functions/domain/task/sweep.ts';
import type { Budgets } from '../../functions/ports.ts';
import { type Count, countsOf, keyOf } from '../support/alarm-firing.ts';
import { capturedLines } from '../support/alarms.ts';
import { sampleDelivery } from '../support/fakes/alert-samples.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { jobId, sampleCollected, sampleJob } from '../support/fakes/samples.ts';
import { fakeJobs } from '../support/fakes/stores.ts';
import { referenceText } from '../support/references.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

const seriesSchema = z.array(z.union([z.string(), z.looseObject({ expression: z.string().optional() })]));
const bodySchema = z.object({
  widgets: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('text'), properties: z.object({ markdown: z.string() }) }),
      z.object({
        type: z.literal('metric'),
        properties: z.object({ title: z.string(), metrics: z.array(seriesSchema) }),
      }),
    ]),
  ),
});

function dashboard(context: Record<string, unknown> = {}) {
  const { DashboardBody } = resourcesIn(synthesizedTemplate(context)).only('AWS::CloudWatch::Dashboard').Properties;
  return bodySchema.parse(JSON.parse(referenceText(DashboardBody))).widgets;
}

/** One line of a graph: a series, or all that fit what is searched for. */
interface Line {
  title: string;
  namespace: string;
  name: string;
  /** Of a search, names alone: their values are what it is to find. */
  dimensions: Record<string, string> | string[];
}

const searchShape = /^SEARCH\('\{(?<schema>[^}]+)\} MetricName="(?<name>\w+)" stack="OpencodeRelay"', '\w+', \d+\)$/;

const linesOf = (widgets: ReturnType<typeof dashboard>): Line[] =>
  widgets.flatMap((widget) =>
    widget.type === 'text' ? [] : widget.properties.metrics.map((each) => lineOf(widget.properties.title, each)),
  );

function lineOf(title: string, series: z.infer<typeof seriesSchema>): Line {
  const texts = series.filter((each) => typeof each === 'string');
  const [options] = series.filter((each) => typeof each !== 'string');
  if (options?.expression === undefined) {
    const [namespace = '', name = '', ...pairs] = texts;
    const names = pairs.filter((_, index) => index % 2 === 0);
    return {
      ...{ title, namespace, name },
      dimensions: Object.fromEntries(names.map((each, index) => [each, pairs[2 * index + 1] ?? ''])),
    };
  }
  const { schema = '', name = '' } = searchShape.exec(options.expression)?.groups ?? {};
  const [namespace = '', ...dimensions] = schema.split(',');
  return { title, namespace, name, dimensions };
}

const lines = linesOf(dashboard());
const ofServices = lines.filter(({ namespace }) => namespace.startsWith('AWS/'));
const own = lines.filter(({ namespace }) => !namespace.startsWith('AWS/'));

describe('the dashboard', () => {
  test('answers three questions, with six graphs at most to each', () => {
    const widgets = dashboard();
    const questions = widgets.flatMap((widget) => (widget.type === 'text' ? [widget.properties.markdown] : []));
    expect(questions).toEqual(['## Is it working?', '## What does it cost?', '## What is stuck?']);
    expect(widgets).toHaveLength(3 + 15);
  });

  test('is not there where it is switched off', () => {
    const { ofType } = resourcesIn(synthesizedTemplate({ dashboard: 'off' }));
    expect(ofType('AWS::CloudWatch::Dashboard')).toEqual([]);
  });

  test('shows no costs by what they are not counted by', () => {
    const titles = linesOf(dashboard({ metricDimensions: 'relay' })).filter(({ name }) => name === 'SessionCostUsd');
    expect(titles.map(({ dimensions }) => dimensions)).toEqual([{ service: 'opencode-relay', stack: 'OpencodeRelay' }]);
  });

  test('shows of services what AWS counts of these very resources', () => {
    const texts = ofServices.map(({ namespace, name, dimensions }) => {
      const [dimension, ...others] = Object.entries(dimensions);
      expect(others).toEqual([]);
      return `${namespace} ${name} ${dimension?.join('=')}`;
    });
    const queues = ['DeliveriesQueue', 'WebhookCallsQueue'];
    const deadLetters = ['DeliveriesDeadLetters', 'WebhookCallsDeadLetters', 'StoppedDeadLetters'];
    expect(texts.sort()).toEqual(
      [
        ...['Invocations', 'Errors'].map((name) => `AWS/Lambda ${name} FunctionName=<PollSessionFunction>`),
        'AWS/ApiGateway 5xx ApiId=<ApiHttp>',
        ...queues.map((name) => `AWS/SQS ApproximateAgeOfOldestMessage QueueName=<${name}.QueueName>`),
        ...deadLetters.map((name) => `AWS/SQS ApproximateNumberOfMessagesVisible QueueName=<${name}.QueueName>`),
        ...['ExecutionsStarted', 'ExecutionsFailed'].map(
          (name) => `AWS/States ${name} StateMachineArn=<StormsMachine>`,
        ),
        ...['ExecutionsStarted', 'ExecutionThrottled'].map(
          (name) => `AWS/States ${name} StateMachineArn=<SessionsMachine>`,
        ),
      ].sort(),
    );
  });
});

describe('a graph of what functions count', () => {
  let emitted: Count[] = [];

  beforeAll(async () => {
    const printed = capturedLines();
    vi.stubEnv('METRIC_DIMENSIONS', 'rule,integration');
    await countEverything();
    emitted = printed.flatMap(countsOf);
  });
  afterAll(() => vi.restoreAllMocks());

  test.each(own)('"$title" shows $name by what it is counted by', ({ namespace, name, dimensions }) => {
    const found = emitted.filter((count) => count.namespace === namespace && count.name === name);
    const keys = found.map((count) => count.key);
    if (!Array.isArray(dimensions)) return expect(keys).toContain(keyOf(namespace, name, dimensions));
    const names = found
      .filter((count) => count.dimensions.stack === 'OpencodeRelay')
      .map((count) => Object.keys(count.dimensions).sort());
    expect(names).toContainEqual(dimensions.toSorted());
  });
});

/** Has the functions' own middleware count each of its kinds once. */
async function countEverything(): Promise<void> {
  const { hook } = await import('../../functions/middleware/hook.ts');
  const event = { requestContext: { requestId: 'r' }, pathParameters: { webhookKey: 'key' } };
  await hook(async () => ({ delivery: sampleDelivery(), alertIds: [] }))(event, lambdaContext('receive-alert'));
  const refusal = new HookRefusal('bad_signature', 'No.');
  await hook(async () => ({ refusal }))(event, lambdaContext('receive-alert'));

  const { routingMetrics } = await import('../../functions/middleware/queue.ts');
  const routed = { entries: 1, reasons: { started: 1 } } as const;
  routingMetrics.publish({
    relays: new Map([
      ['rly_1', routed],
      [heartbeat.relayId, routed],
    ]),
    alertsRouted: 1,
  });

  const { countingEnds } = await import('../../functions/middleware/outcome-metrics.ts');
  const tokens = { input: 1, output: 1, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
  const collected = { ...sampleCollected(), outcome: 'diff_ready' as const, tokens, costUsd: 0.5 };
  await countingEnds(fakeJobs(sampleJob())).finish(jobId, collected, '2027-03-01T12:00:00.000Z');

  const { api } = await import('../../functions/middleware/api.ts');
  const http = { rawPath: '/v0/relay', requestContext: { requestId: 'r', http: { method: 'GET' } } };
  const run = () => Promise.reject(new Error('unexpected'));
  await api({ tokens: { holderOf: async () => undefined }, run })(http, lambdaContext('manage'));

  const { countingBudgets } = await import('../../functions/middleware/budget-metrics.ts');
  const take: Budgets['take'] = async () => ({ limit: 'cost', used: 1 });
  const scope = { scope: 'stack', maxSessions: 1, maxCostUsd: 1 };
  await countingBudgets({ budgets: { take } }).budgets.take(scope, '2027-03-01', 'job_1');

  const { sessionMetrics } = await import('../../functions/middleware/session-metrics.ts');
  sessionMetrics.nearLimit('attempts');
  const { log } = await import('../../functions/middleware/log.ts');
  for (const guard of openGuards) log.warn('Not asked', { guard });

  const { sweepMetrics } = await import('../../functions/middleware/sweep-metrics.ts');
  sweepMetrics.publish({ ...nothingSwept(), slots: 1 });
  sweepMetrics.measured({
    ...{ undecided: 1, stormHeldMinutes: 1, pausedMinutes: 1, sessionsWaiting: 1 },
    budgets: [{ scope: 'stack', limit: 'cost', percent: 5 }],
  });
}
