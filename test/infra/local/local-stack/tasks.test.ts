import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../../infra/local/aws/error.ts';
import type { Invocation } from '../../../../infra/local/lambda/invocation.ts';
import { StatesError } from '../../../../infra/local/states/errors.ts';
import { isServed, runTask, type TaskServices } from '../../../../infra/local/tasks.ts';

const unprepared = (): never => expect.unreachable('not prepared');
const invoke = 'arn:aws:states:::lambda:invoke';
const putEvents = 'arn:aws:states:::events:putEvents';

const withFunction = (invocation: Invocation): TaskServices => ({
  functions: {
    find: (id) => (id === 'fn' ? { spec: { name: 'fn' }, invoke: async () => invocation } : undefined),
  },
  buses: { call: unprepared },
});
const withBus = (call: (operation: string, input: unknown) => unknown): TaskServices => ({
  functions: { find: unprepared },
  buses: { call: async (operation, input) => call(operation, input) },
});
const failureOf = (work: Promise<unknown>) => work.then(unprepared, (error: unknown) => error);

describe('lambda:invoke', () => {
  test('wraps the answer as Step Functions does', async () => {
    const services = withFunction({ ok: true, payload: { a: 1 } });
    expect(await runTask(invoke, { FunctionName: 'fn', Payload: {} }, services)).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { a: 1 },
      StatusCode: 200,
    });
  });

  test("fails by the name of the function's error, with all of it as the cause", async () => {
    const error = { errorType: 'ServerUnreachable', errorMessage: 'gone', trace: ['ServerUnreachable: gone'] };
    const failure = await failureOf(
      runTask(invoke, { FunctionName: 'fn', Payload: {} }, withFunction({ ok: false, error })),
    );
    expect(failure).toEqual(new StatesError('ServerUnreachable', JSON.stringify(error)));
  });

  test.each<[name: string, args: object, error: string]>([
    ['a function that is not there', { FunctionName: 'other' }, 'Lambda.ResourceNotFoundException'],
    ['an argument that is not known', { FunctionName: 'fn', InvocationType: 'Event' }, 'States.Runtime'],
  ])('refuses %s', async (_, args, error) => {
    const services = withFunction({ ok: true, payload: null });
    expect(await failureOf(runTask(invoke, args, services))).toMatchObject({ error });
  });
});

describe('events:putEvents', () => {
  const entry = { EventBusName: 'bus', Source: 's', DetailType: 't' };

  test('hands the detail over as text', async () => {
    const puts: unknown[] = [];
    const services = withBus((...put) => {
      puts.push(put);
      return { FailedEntryCount: 0, Entries: [{ EventId: 'evt' }] };
    });
    const answer = await runTask(putEvents, { Entries: [{ ...entry, Detail: { a: 1 } }] }, services);
    expect(puts).toEqual([['PutEvents', { Entries: [{ ...entry, Detail: '{"a":1}' }] }]]);
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: 'evt' }] });
  });

  test('fails if an entry does', async () => {
    const services = withBus(() => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotFound' }] }));
    const failure = await failureOf(runTask(putEvents, { Entries: [{ ...entry, Detail: {} }] }, services));
    expect(failure).toMatchObject({ error: 'EventBridge.FailedEntry' });
  });

  test('fails by the name of the refusal', async () => {
    const services = withBus(() => {
      throw new AwsError('ValidationException', 'no');
    });
    const failure = await failureOf(runTask(putEvents, { Entries: [] }, services));
    expect(failure).toEqual(new StatesError('EventBridge.ValidationException', 'no'));
  });
});

test('every other integration is refused', async () => {
  const resource = 'arn:aws:states:::sqs:sendMessage';
  expect([invoke, putEvents, resource].map(isServed)).toEqual([true, true, false]);
  const services: TaskServices = { functions: { find: unprepared }, buses: { call: unprepared } };
  expect(await failureOf(runTask(resource, {}, services))).toMatchObject({ error: 'States.Runtime' });
});
