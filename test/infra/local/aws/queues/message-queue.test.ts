import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type QueueDefinition, Queues } from '../../../../../infra/local/aws/queues.ts';
import { VirtualClock } from '../../../../../infra/local/virtual-clock.ts';
import { account, newDirectory, region } from '../fixture.ts';

const main: QueueDefinition = {
  name: 'main',
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 3_600,
  maximumMessageBytes: 1_000_000,
  redrive: { deadLetterName: 'dead', maxReceiveCount: 2 },
};
const dead: QueueDefinition = { ...main, name: 'dead' };
delete dead.redrive;

/** Queues under virtual time, which passes only in `pass`. */
async function newWorld(directory = newDirectory()) {
  const clock = new VirtualClock();
  const open = async () => {
    const queues = await Queues.open({
      directory,
      region,
      account,
      clock,
      urlOf: (name) => `http://localhost/${name}`,
    });
    queues.ensure(main);
    queues.ensure(dead);
    onTestFinished(() => queues.close());
    return queues;
  };
  const { signal } = new AbortController();
  const pass = (seconds: number) => clock.sleep(seconds * 1_000, signal);
  const log = join(directory, 'main.jsonl');
  return { clock, open, pass, log };
}

test('a message is visible again when its time-out is over, and its listener is told', async () => {
  const { open, pass } = await newWorld();
  const queues = await open();
  const arrivals: number[] = [];
  queues.send('main', 'x');
  expect(queues.receive('main', 10)).toMatchObject([{ body: 'x', attributes: { ApproximateReceiveCount: '1' } }]);
  queues.onArrival('main', () => arrivals.push(queues.receive('main', 10).length));
  await pass(59);
  expect(arrivals).toEqual([]);
  await pass(2);
  expect(arrivals).toEqual([1]);
});

test('a message as long as the queue takes is taken, and one byte more is refused', async () => {
  const { open } = await newWorld();
  const queues = await open();
  queues.send('main', 'x'.repeat(main.maximumMessageBytes));
  const refused = expect.objectContaining({ type: 'InvalidParameterValueException' });
  expect(() => queues.send('main', 'x'.repeat(main.maximumMessageBytes + 1))).toThrow(refused);
  expect(() => queues.send('main', 'é'.repeat(main.maximumMessageBytes / 2 + 1))).toThrow(refused);
});

test('a batch as long as SQS takes is taken, and one byte more is refused', async () => {
  const { open } = await newWorld();
  const queues = await open();
  const send = (bytes: number) =>
    queues.call('SendMessageBatch', {
      QueueUrl: 'main',
      Entries: ['a', 'b'].map((Id, index) => ({ Id, MessageBody: 'x'.repeat(524_288 + index * bytes) })),
    });
  expect(await send(0)).toMatchObject({ Successful: [{ Id: 'a' }, { Id: 'b' }] });
  await expect(send(1)).rejects.toMatchObject({ type: 'BatchRequestTooLong' });
});

test('the visibility of a message whose time-out is over is nobody’s to change', async () => {
  const { open, pass } = await newWorld();
  const queues = await open();
  queues.send('main', 'x');
  const [message] = queues.receive('main', 10);
  await pass(61);
  expect(() => queues.changeVisibility('main', message?.receiptHandle ?? '', 0)).toThrow(
    expect.objectContaining({ type: 'MessageNotInflight' }),
  );
});

test('a listener is told at once of what waits already, until it stops', async () => {
  const { open } = await newWorld();
  const queues = await open();
  queues.send('main', '1');
  let arrivals = 0;
  const stop = queues.onArrival('main', () => arrivals++);
  await Promise.resolve();
  queues.send('main', '2');
  await Promise.resolve();
  stop();
  queues.send('main', '3');
  await Promise.resolve();
  expect(arrivals).toBe(2);
});

test('a message received too often goes to the dead letters, with its body and id', async () => {
  const { open, pass } = await newWorld();
  const queues = await open();
  const id = queues.send('main', 'poison', { why: { DataType: 'String', StringValue: 'test' } });
  for (let receive = 1; receive <= 2; receive++) {
    expect(queues.receive('main', 10)).toHaveLength(1);
    await pass(60);
  }
  expect(queues.receive('main', 10)).toEqual([]);
  expect(queues.receive('dead', 10)).toMatchObject([
    { messageId: id, body: 'poison', messageAttributes: { why: { StringValue: 'test' } } },
  ]);
});

test('delay and retention are kept', async () => {
  const { open, pass } = await newWorld();
  const queues = await open();
  queues.ensure({ ...main, delaySeconds: 10 });
  queues.send('main', 'x');
  expect(queues.receive('main', 10)).toEqual([]);
  await pass(10);
  const [message] = queues.receive('main', 10);
  queues.changeVisibility('main', message?.receiptHandle ?? '', 0);
  await pass(3_600);
  expect(queues.receive('main', 10)).toEqual([]);
});

test('a waiting receive ends without a message when its time is over, and at once when the queues close', async () => {
  const { clock, open } = await newWorld();
  const queues = await open();
  const start = clock.now();
  const receive = () => queues.call('ReceiveMessage', { QueueUrl: 'main', WaitTimeSeconds: 20 });
  expect(await receive()).toEqual({});
  expect(clock.now() - start).toBe(20_000);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const holding = clock.during(() => held);
  const waiting = receive();
  await queues.close();
  expect(await waiting).toEqual({});
  expect(clock.now() - start).toBe(20_000);
  release();
  await holding;
});

test('messages outlive the process; what it held in flight is visible, what it deleted is gone', async () => {
  const { open, log } = await newWorld();
  const first = await open();
  for (const body of ['waiting', 'in flight', 'deleted']) first.send('main', body);
  const messages = first.receive('main', 10);
  first.delete('main', messages[2]?.receiptHandle ?? '');
  first.changeVisibility('main', messages[0]?.receiptHandle ?? '', 0);
  // No close: a kill -9 looks like this, here in the middle of a line.
  appendFileSync(log, '{"kept":{"id":"torn","bo');
  const second = await open();
  const again = second.receive('main', 10);
  expect(again.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])).toEqual([
    ['waiting', '2'],
    ['in flight', '2'],
  ]);
  expect(readFileSync(log, 'utf8').split('\n')).toHaveLength(2 + 2 + 1);
  expect(statSync(log).mode & 0o777).toBe(0o600);
});

test('a log that cannot be read is an error that names the line and quotes nothing', async () => {
  const { open, log } = await newWorld();
  await open();
  appendFileSync(log, '{"kept":"password"}\n');
  await expect(open()).rejects.toThrow(/main\.jsonl: line 1 cannot be read/);
  await expect(open()).rejects.not.toThrow('password');
});
