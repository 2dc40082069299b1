import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { Queues } from '../../../../infra/local/aws/queues.ts';
import { EventSource, type EventSourceOptions } from '../../../../infra/local/lambda/event-source.ts';
import type { Invocation } from '../../../../infra/local/lambda/invocation.ts';
import { VirtualClock } from '../../../../infra/local/virtual-clock.ts';
import { eventually } from '../../../support/eventually.ts';
import { temporaryFolder } from '../local-stack/folders.ts';

const eventSchema = z.object({
  Records: z.array(
    z.looseObject({ messageId: z.string(), body: z.string(), attributes: z.record(z.string(), z.string()) }),
  ),
});
type Message = z.infer<typeof eventSchema>['Records'][number];

const done: Invocation = { ok: true, payload: null };
const broken: Invocation = { ok: false, error: { errorType: 'Broken', errorMessage: 'broken' } };
const failing = (...messages: Message[]): Invocation => ({
  ok: true,
  payload: { batchItemFailures: messages.map(({ messageId }) => ({ itemIdentifier: messageId })) },
});

/** A queue of virtual time whose messages go to `handle`; three receives each, 60 s apart. */
async function startSource(
  handle: (messages: Message[]) => Promise<Invocation> | Invocation,
  options: Partial<EventSourceOptions> = {},
) {
  const clock = new VirtualClock();
  const place = { region: 'eu-central-1', account: '000000000000', clock };
  const queues = await Queues.open({ ...place, directory: await temporaryFolder(), urlOf: (name) => name });
  const queue = { visibilityTimeoutSeconds: 60, retentionSeconds: 86_400, maximumMessageBytes: 1_048_576 };
  queues.ensure({ ...queue, name: 'dead' });
  queues.ensure({ ...queue, name: 'queue', redrive: { deadLetterName: 'dead', maxReceiveCount: 3 } });
  const batches: { at: number; bodies: string[] }[] = [];
  const faults: string[] = [];
  const startedAt = clock.now();
  const invoke = async (event: unknown) => {
    const { Records } = eventSchema.parse(event);
    batches.push({ at: (clock.now() - startedAt) / 1_000, bodies: Records.map(({ body }) => body) });
    return handle(Records);
  };
  const start = () => {
    const source = new EventSource({
      ...{ fn: { spec: { name: 'fn' }, invoke }, queues, queueName: 'queue', region: 'eu-central-1', clock },
      ...{ batchSize: 10, windowSeconds: 1, maxConcurrency: 2, reportsFailures: true },
      onFault: (_, { errorType }) => faults.push(errorType),
      ...options,
    });
    onTestFinished(async () => {
      source.stop();
      await queues.close();
    });
    return source;
  };
  const send = (...bodies: string[]) => {
    for (const body of bodies) queues.send('queue', body);
  };
  const dead = () => queues.receive('dead', 10).map(({ body }) => body);
  return { start, send, dead, queues, clock, batches, faults };
}

describe('an event source', () => {
  test('cuts a batch where it would be larger than the 6 MB that a function takes', async () => {
    const { start, send, batches } = await startSource(() => done);
    const large = Array.from({ length: 8 }, (_, index) => `${index}`.padEnd(1_000_000, '.'));
    send(...large);
    start();
    await eventually(() => expect(batches.map(({ bodies }) => bodies.length)).toEqual([6, 2]));
    expect(batches.flatMap(({ bodies }) => bodies)).toEqual(large);
  });

  test('hands over what waits, as the records of SQS, and deletes what was handled', async () => {
    const records: Message[] = [];
    const { start, send, batches, queues } = await startSource((messages) => {
      records.push(...messages);
      return done;
    });
    send('a', 'b');
    start();
    await eventually(() => expect(batches).toEqual([{ at: 1, bodies: ['a', 'b'] }]));
    expect(records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:queue',
      awsRegion: 'eu-central-1',
      receiptHandle: expect.any(String),
      md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
      attributes: { ApproximateReceiveCount: '1' },
    });
    await eventually(async () =>
      expect(
        await queues.call('GetQueueAttributes', {
          QueueUrl: 'queue',
          AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
        }),
      ).toEqual({ Attributes: { ApproximateNumberOfMessagesNotVisible: '0' } }),
    );
  });

  test('takes no more into a batch than fits, whatever comes within its window', async () => {
    const { start, send, batches } = await startSource(() => done, { batchSize: 3 });
    send('a', 'b');
    start();
    send('c', 'd', 'e');
    await eventually(() =>
      expect(batches.map(({ bodies }) => bodies)).toEqual([
        ['a', 'b', 'c'],
        ['d', 'e'],
      ]),
    );
  });

  test('fills a batch and does not wait with a full one', async () => {
    const { start, send, batches } = await startSource(() => done, { batchSize: 2 });
    send('a', 'b', 'c');
    start();
    await eventually(() =>
      expect(batches).toEqual([
        { at: 0, bodies: ['a', 'b'] },
        { at: 1, bodies: ['c'] },
      ]),
    );
  });

  test('shows again only what the function reports as failed, after the visibility time-out, until it is dead', async () => {
    const { start, send, batches, dead, faults } = await startSource((messages) =>
      failing(...messages.filter(({ body }) => body === 'bad')),
    );
    start();
    send('good', 'bad');
    await eventually(() => expect(batches).toHaveLength(3));
    expect(batches.map(({ bodies }) => bodies)).toEqual([['good', 'bad'], ['bad'], ['bad']]);
    expect(batches.map(({ at }) => Math.round(at / 60))).toEqual([0, 1, 2]);
    await eventually(() => expect(dead()).toEqual(['bad']));
    expect(faults).toEqual([]);
  });

  test.each<[name: string, answer: Invocation, told: string[]]>([
    ['fails', broken, ['Broken']],
    ['answers nonsense', { ok: true, payload: { batchItemFailures: 'all' } }, []],
    [
      'names a message that was not in the batch',
      { ok: true, payload: { batchItemFailures: [{ itemIdentifier: 'x' }] } },
      [],
    ],
  ])('shows a whole batch again if the function %s', async (_, answer, told) => {
    const { start, send, batches, faults } = await startSource(() => (batches.length === 1 ? answer : done));
    start();
    send('a', 'b');
    await eventually(() => expect(batches).toHaveLength(2));
    expect(batches.map(({ bodies }) => bodies)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(faults).toEqual(told);
  });

  test('takes any answer for success where the function does not report failures', async () => {
    const { start, send, batches, dead } = await startSource((messages) => failing(...messages), {
      reportsFailures: false,
    });
    start();
    send('a');
    await eventually(() => expect(batches).toHaveLength(1));
    send('b');
    await eventually(() => expect(batches.map(({ bodies }) => bodies)).toEqual([['a'], ['b']]));
    expect(dead()).toEqual([]);
  });

  test('has no more calls under way than it may', async () => {
    const calls: PromiseWithResolvers<Invocation>[] = [];
    const { start, send, batches } = await startSource(
      () => {
        const call = Promise.withResolvers<Invocation>();
        calls.push(call);
        return call.promise;
      },
      { batchSize: 1, windowSeconds: 0 },
    );
    send('a', 'b', 'c');
    start();
    await eventually(() => expect(batches).toHaveLength(2));
    await new Promise((done) => setImmediate(done));
    expect(batches.map(({ bodies }) => bodies)).toEqual([['a'], ['b']]);
    calls[0]?.resolve(done);
    await eventually(() => expect(batches).toHaveLength(3));
    for (const call of calls) call.resolve(done);
  });

  test('gives back what it has not handled when it stops', async () => {
    const call = Promise.withResolvers<Invocation>();
    const { start, send, batches, queues, clock, faults } = await startSource(() => call.promise);
    const source = start();
    send('under way');
    await eventually(() => expect(batches).toHaveLength(1));
    void clock.during(() => call.promise);
    send('in the window');
    await new Promise((done) => setImmediate(done));
    expect(queues.receive('queue', 10)).toEqual([]);
    source.stop();
    call.resolve(broken);
    await new Promise((done) => setImmediate(done));
    const waiting = queues.receive('queue', 10).map(({ body }) => body);
    expect(waiting.toSorted()).toEqual(['in the window', 'under way']);
    expect(faults).toEqual([]);
  });
});
