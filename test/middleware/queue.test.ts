import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { environment } from '../../functions/contract/environment.ts';
import type { BatchLeftover, OutOfTime, TimeLeft } from '../../functions/domain/task/batch.ts';
import { queue, routingMetrics } from '../../functions/middleware/queue.ts';
import type { Redelivery } from '../../functions/ports.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { late } from '../support/fakes/late.ts';
import { loadAnew } from '../support/load-anew.ts';

const schema = z.strictObject({ id: z.string(), text: z.string().optional(), traceparent: z.string().optional() });
type Message = z.infer<typeof schema>;
type Run = (messages: Message[], timeLeftMs: TimeLeft) => Promise<(BatchLeftover | undefined)[]>;

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  }
});
afterEach(() => vi.restoreAllMocks());

describe('queue chain', () => {
  const delayed: [receiptHandle: string, seconds: number][] = [];
  const sent: [body: string, traceparent: string | undefined][] = [];
  const redelivery: Redelivery = late({
    delay: async (...message: [string, number]) => void delayed.push(message),
    sendAgain: async (...message: [string, string | undefined]) => void sent.push(message),
  });
  beforeEach(() => {
    delayed.length = 0;
    sent.length = 0;
  });
  const record = (messageId: string, body: unknown, receives = 2, trace?: string) => ({
    messageId,
    receiptHandle: `receipt of ${messageId}`,
    attributes: { ApproximateReceiveCount: String(receives) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    messageAttributes: trace === undefined ? {} : { traceparent: { stringValue: trace, dataType: 'String' } },
  });
  const invoke = (run: Run, Records: object[]) =>
    queue({ schema, redelivery, ids: ({ id }) => ({ deliveryId: id }), run })(
      { Records },
      lambdaContext('route-alert'),
    );
  const failuresOf = async (run: Run, Records: object[]) =>
    (await invoke(run, Records)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const done: Run = async (messages) => messages.map(() => undefined);

  test('hands the parsed messages over in order, and deletes what is done', async () => {
    const run = vi.fn(done);
    expect(await failuresOf(run, [record('m1', { id: 'a' }), record('m2', { id: 'b' })])).toEqual([]);
    expect(run).toHaveBeenCalledWith([{ id: 'a' }, { id: 'b' }], expect.any(Function), [2, 2]);
  });

  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

  test('says of each message that is done whose it was, in which trace', async () => {
    const run = vi.fn(done);
    await failuresOf(run, [record('m1', { id: 'a' }, 1, traceparent), record('m2', { id: 'b' })]);
    expect(run).toHaveBeenCalledWith([{ id: 'a', traceparent }, { id: 'b' }], expect.any(Function), [1, 2]);
    const said = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'Message done');
    expect(said).toMatchObject([{ messageId: 'm1', deliveryId: 'a', traceId: 'a'.repeat(32) }, { messageId: 'm2' }]);
    expect(said[1]).not.toHaveProperty('traceId');
  });

  test('a trace that is none does not keep a message from being read', async () => {
    const run = vi.fn(done);
    expect(await failuresOf(run, [record('m1', { id: 'a' }, 1, 's3cret')])).toEqual([]);
    expect(run).toHaveBeenCalledWith([{ id: 'a' }], expect.any(Function), [1]);
    expect(lines.join()).not.toContain('s3cret');
  });

  test('stores a message anew with its trace', async () => {
    await failuresOf(left('moved'), [record('m1', { id: 'a' }, 4, traceparent)]);
    expect(sent).toEqual([['{"id":"a"}', traceparent]]);
  });

  test('keeps what failed and nothing else', async () => {
    const run: Run = async (messages) =>
      messages.map(({ id }) => (id === 'bad' ? { entries: 2, error: new TypeError('s3cret') } : undefined));
    const records = [record('m1', { id: 'a' }), record('m2', { id: 'bad', text: 's3cret' }), record('m3', { id: 'c' })];
    expect(await failuresOf(run, records)).toEqual(['m2']);
    expect(delayed).toEqual([['receipt of m2', 30]]);
    const failed = lines.map((line) => JSON.parse(line)).find(({ message }) => message === 'Message failed');
    expect(failed).toMatchObject({ messageId: 'm2', deliveryId: 'bad', entries: 2, error: { name: 'TypeError' } });
    expect(lines.join()).not.toContain('s3cret');
  });

  const unreadable: [what: string, body: unknown][] = [
    ['no JSON', 's3cret {'],
    ['another shape', { id: 7, text: 's3cret' }],
    ['an unknown field', { id: 'a', other: 's3cret' }],
    ['nothing', ''],
  ];
  test.each(unreadable)('keeps a message with %s for the dead-letter queue, named by its id only', async (_, body) => {
    const run = vi.fn(done);
    expect(await failuresOf(run, [record('m1', body), record('m2', { id: 'b' })])).toEqual(['m1']);
    expect(run).toHaveBeenCalledWith([{ id: 'b' }], expect.any(Function), [2]);
    expect(lines.join()).toContain('"messageId":"m1"');
    expect(lines.join()).not.toContain('s3cret');
  });

  test('keeps what failed also where it cannot be delayed', async () => {
    const run: Run = async (messages) => messages.map(() => ({ entries: 1, error: new Error('no') }));
    const refusing = { ...redelivery, delay: () => Promise.reject(new Error('AccessDenied')) };
    const chain = queue({ schema, redelivery: refusing, ids: () => ({}), run });
    const { batchItemFailures } = await chain({ Records: [record('m1', { id: 'a' })] }, lambdaContext('route-alert'));
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    expect(lines.join()).toContain('Message not delayed');
  });

  test('tells how much time is left', async () => {
    const run = vi.fn<Run>(async (_, timeLeftMs) => {
      expect(timeLeftMs()).toBe(lambdaContext('route-alert').getRemainingTimeInMillis());
      return [undefined];
    });
    await invoke(run, [record('m1', { id: 'a' })]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  const left =
    (outOfTime: OutOfTime): Run =>
    async () => [{ entries: 7, outOfTime }];

  test('has a message that there was no time for come again in a second', async () => {
    expect(await failuresOf(left('moved'), [record('m1', { id: 'a' })])).toEqual(['m1']);
    expect(delayed).toEqual([['receipt of m1', 1]]);
    expect(lines.join()).toContain('Message out of time');
  });

  test.each<[OutOfTime, receives: number, isStoredAnew: boolean]>([
    ['moved', 3, false],
    ['moved', 4, true],
    ['not_begun', 4, true],
    ['not_begun', 8, true],
    ['stuck', 4, false],
    ['stuck', 8, false],
  ])('stores one that %s by its receive %i anew: %s', async (outOfTime, receives, isStoredAnew) => {
    const failures = await failuresOf(left(outOfTime), [record('m1', { id: 'a' }, receives)]);
    expect(failures).toEqual(isStoredAnew ? [] : ['m1']);
    expect(sent).toEqual(isStoredAnew ? [['{"id":"a"}', undefined]] : []);
    expect(delayed).toEqual(isStoredAnew ? [] : [['receipt of m1', 1]]);
  });

  test('keeps one that cannot be stored anew', async () => {
    const refusing = { ...redelivery, sendAgain: () => Promise.reject(new Error('AccessDenied')) };
    const chain = queue({ schema, redelivery: refusing, ids: () => ({}), run: left('moved') });
    const { batchItemFailures } = await chain(
      { Records: [record('m1', { id: 'a' }, 4)] },
      lambdaContext('route-alert'),
    );
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    expect(delayed).toEqual([['receipt of m1', 1]]);
  });

  test('a fault of the whole batch keeps all of it, and says nothing of its content', async () => {
    const broken: Run = () => Promise.reject(new SyntaxError('s3cret'));
    const error: unknown = await invoke(broken, [record('m1', { id: 'a' })]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'The batch failed and comes again' });
    expect(error).not.toHaveProperty('originalError');
    expect(lines.join()).toContain('Batch failed');
    expect(lines.join()).not.toContain('s3cret');
  });
});

describe('routing metrics', () => {
  const metrics = () => lines.map((line) => JSON.parse(line)).filter((line) => '_aws' in line);

  test('are of the whole stack where nothing else is configured', () => {
    const relays = new Map([['rly_1', { entries: 2, reasons: { started: 2, resolved: 3 } }]]);
    routingMetrics.publish({ relays, alertsRouted: 4 });
    expect(metrics()).toMatchObject([
      { Entries: 2 },
      { Decisions: 5 },
      { reason: 'started', Decisions: 2 },
      { reason: 'resolved', Decisions: 3 },
      { AlertsRouted: 4 },
    ]);
    expect(lines.join()).not.toContain('rly_1');
  });

  test('are entries and decisions per relay, decisions per reason, and the alerts', async () => {
    vi.stubEnv(environment.metricDimensions, 'rule,relay');
    loadAnew();
    const byRelay = await import('../../functions/middleware/queue.ts');
    const relays = new Map([['rly_1', { entries: 2, reasons: { started: 2, resolved: 3 } }]]);
    byRelay.routingMetrics.publish({ relays, alertsRouted: 4 });
    lines.splice(0, 4);
    expect(metrics()).toMatchObject([
      { relay: 'rly_1', Entries: 2 },
      { relay: 'rly_1', Decisions: 5 },
      { relay: 'rly_1', reason: 'started', Decisions: 2 },
      { relay: 'rly_1', reason: 'resolved', Decisions: 3 },
      { AlertsRouted: 4 },
    ]);
    const dimensions = metrics().map(({ _aws }) => _aws.CloudWatchMetrics[0].Dimensions[0].toSorted());
    const [ofRelay, ofReason] = [
      ['relay', 'service'],
      ['reason', 'relay', 'service'],
    ];
    expect(dimensions).toEqual([ofRelay, ofRelay, ofReason, ofReason, ['service']]);
    const namespaces = metrics().map(({ _aws }) => _aws.CloudWatchMetrics[0].Namespace);
    expect(new Set(namespaces)).toEqual(new Set(['OpencodeRelay']));
  });

  test('carry the stack that they are of, so that two in one account are counted apart', async () => {
    vi.stubEnv(environment.metricDimensions, '');
    vi.stubEnv(environment.stackName, 'Second');
    loadAnew();
    const again = await import('../../functions/middleware/queue.ts');
    again.routingMetrics.publish({
      relays: new Map([['rly_1', { entries: 2, reasons: { started: 2 } }]]),
      alertsRouted: 1,
    });
    again.callMetrics.publish(new Map([['done', 1]]));
    for (const line of metrics()) {
      expect(line.stack).toBe('Second');
      expect(line._aws.CloudWatchMetrics[0].Dimensions[0]).toContain('stack');
    }
    expect(metrics()).toHaveLength(5);
  });

  test('are none where nothing was decided', () => {
    routingMetrics.publish({ relays: new Map(), alertsRouted: 0 });
    expect(metrics()).toEqual([]);
  });
});
