import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type BusEvent, Buses } from '../../../../infra/local/aws/buses.ts';
import { VirtualClock } from '../../../../infra/local/virtual-clock.ts';
import { eventually } from '../../../support/eventually.ts';
import { account, newDirectory, region, startAws } from './fixture.ts';

const published = { busName: 'outcomes', source: 'opencode-relay', detailType: 'finished', detail: { outcome: 'x' } };

async function openBuses(directory?: string, clock = new VirtualClock()) {
  const buses = await Buses.open({ region, account, clock, ...(directory !== undefined && { directory }) });
  buses.ensureBus('outcomes');
  return buses;
}

const rule = (target: (event: BusEvent) => Promise<void>) => ({
  busName: 'outcomes',
  name: 'rule',
  pattern: { source: ['opencode-relay'] },
  target,
});

test('PutEvents answers per entry, and the event reaches targets in its envelope', async () => {
  const aws = await startAws();
  onTestFinished(aws.close);
  aws.buses.ensureBus('outcomes');
  const { promise: event, resolve } = Promise.withResolvers<BusEvent>();
  aws.buses.addRule(rule(async (delivered) => resolve(delivered)));
  const good = { EventBusName: 'outcomes', Source: 'opencode-relay', DetailType: 'finished', Detail: '{"a":1}' };
  const answer = await new EventBridgeClient(aws.sdk).send(
    new PutEventsCommand({
      Entries: [
        { ...good, Resources: ['arn:x'], Time: new Date(1_767_225_600_500) },
        { ...good, Detail: 'no JSON' },
        { ...good, Source: 'aws.states' },
        { ...good, EventBusName: 'none' },
        { EventBusName: 'outcomes', Source: 'opencode-relay' },
      ],
    }),
  );
  expect(answer.FailedEntryCount).toBe(4);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'MalformedDetail',
    'NotAuthorizedForSourceException',
    'ResourceNotFoundException',
    'InvalidArgument',
  ]);
  expect(await event).toEqual({
    version: '0',
    id: answer.Entries?.[0]?.EventId,
    'detail-type': 'finished',
    source: 'opencode-relay',
    account,
    time: '2026-01-01T00:00:00Z',
    region,
    resources: ['arn:x'],
    detail: { a: 1 },
  });
});

test('a rule sees its own bus and pattern only; a watcher sees all, and may fail', async () => {
  const errors = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => errors.mockRestore());
  const buses = await openBuses();
  const delivered: string[] = [];
  const watched: string[] = [];
  buses.addRule(rule(async ({ id }) => void delivered.push(id)));
  buses.onEvent(() => {
    throw new Error('watcher');
  });
  const stop = buses.onEvent(({ source }, busName) => watched.push(`${busName} ${source}`));
  const id = buses.put(published);
  buses.put({ ...published, busName: 'default' });
  buses.put({ ...published, source: 'other' });
  stop();
  buses.put({ ...published, source: 'unwatched' });
  expect(delivered).toEqual([id]);
  expect(watched).toEqual(['outcomes opencode-relay', 'default opencode-relay', 'outcomes other']);
  expect(errors).toHaveBeenCalledTimes(4);
});

test('a target is tried four times within seven seconds', async () => {
  const clock = new VirtualClock();
  const buses = await openBuses(undefined, clock);
  const start = clock.now();
  const attempts: number[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  buses.addRule(
    rule(async () => {
      attempts.push(clock.now() - start);
      if (attempts.length < 4) throw new Error('not yet');
      resolve();
    }),
  );
  buses.put(published);
  await done;
  expect(attempts).toEqual([0, 1_000, 3_000, 7_000]);
});

test('what the target refuses in every attempt is a dead letter, with the reason', async () => {
  const buses = await openBuses();
  const { promise: letter, resolve } = Promise.withResolvers<[string, unknown]>();
  const refusal = new Error('never');
  buses.addRule({
    ...rule(() => Promise.reject(refusal)),
    deadLetter: async ({ id }, error) => resolve([id, error]),
  });
  const id = buses.put(published);
  expect(await letter).toEqual([id, refusal]);
});

test('an event that was not delivered when the process ended is delivered by the next one, once', async () => {
  const directory = newDirectory();
  const first = await openBuses(directory);
  first.addRule({ ...rule(() => new Promise(() => {})), name: 'hangs' });
  first.addRule({ ...rule(async () => {}), name: 'works' });
  const id = first.put(published);
  first.put({ ...published, source: 'other' });
  await new Promise(setImmediate);
  await first.close();

  const delivered: string[] = [];
  const restart = async () => {
    const buses = await openBuses(directory);
    for (const name of ['hangs', 'works']) {
      buses.addRule({ ...rule(async (event) => void delivered.push(`${name} ${event.id}`)), name });
    }
    buses.redeliver();
    await new Promise(setImmediate);
    await buses.close();
  };
  await restart();
  await restart();
  expect(delivered).toEqual([`hangs ${id}`]);
  const audit = readFileSync(join(directory, 'events.jsonl'), 'utf8').trim().split('\n');
  expect(audit.map((line) => JSON.parse(line).event.source)).toEqual(['opencode-relay', 'other']);
});

test('a rule on a bus that is not there, and an operation that is not served, are refused', async () => {
  const buses = await openBuses();
  expect(() => buses.addRule({ ...rule(async () => {}), busName: 'none' })).toThrow('Event bus none does not exist');
  await expect(buses.call('PutRule', {})).rejects.toMatchObject({ type: 'UnknownOperationException' });
  await expect(buses.call('PutEvents', { Entries: [] })).rejects.toMatchObject({ type: 'ValidationException' });
});

test('PutEvents refuses what is larger than 256 KB, all entries together', async () => {
  const buses = await openBuses();
  const entry = (bytes: number) => ({
    Source: 's',
    DetailType: 't',
    Detail: JSON.stringify({ a: 'x'.repeat(bytes - 10) }),
  });
  const put = (...Entries: object[]) => buses.call('PutEvents', { Entries });
  expect(await put(entry(131_072), entry(131_072))).toMatchObject({ FailedEntryCount: 0 });
  await expect(put(entry(131_072), entry(131_073))).rejects.toMatchObject({ type: 'ValidationException' });
});

test('an event that is dropped is seen by watchers and comes to no rule', async () => {
  const clock = new VirtualClock();
  const drops = ({ detail }: BusEvent) => detail.outcome === 'lost';
  const buses = await Buses.open({ region, account, clock, drops });
  buses.ensureBus('outcomes');
  const seen: unknown[] = [];
  const delivered: unknown[] = [];
  buses.onEvent(({ detail }) => seen.push(detail.outcome));
  buses.addRule(rule(async ({ detail }) => void delivered.push(detail.outcome)));
  for (const outcome of ['kept', 'lost', 'kept']) buses.put({ ...published, detail: { outcome } });
  await eventually(() => expect(delivered).toEqual(['kept', 'kept']));
  expect(seen).toEqual(['kept', 'lost', 'kept']);
});
