import { describe, expect, test } from 'vitest';
import { invokeAsynchronously } from '../../../../infra/local/lambda/asynchronous.ts';
import type { Invocation } from '../../../../infra/local/lambda/invocation.ts';
import { VirtualClock } from '../../../../infra/local/virtual-clock.ts';

const broken: Invocation = { ok: false, error: { errorType: 'Broken', errorMessage: 'no server' } };
const done: Invocation = { ok: true, payload: null };

/** Calls a function that answers as listed, the last answer for ever. */
async function call(answers: Invocation[], deadLetterQueue?: string) {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const calledAt: number[] = [];
  const sent: unknown[][] = [];
  const faults: string[] = [];
  const invoke = async () => {
    calledAt.push((clock.now() - startedAt) / 1_000);
    return answers[calledAt.length - 1] ?? broken;
  };
  await invokeAsynchronously(
    { spec: { name: 'fn', deadLetterQueue }, invoke },
    { id: 'event' },
    {
      clock,
      queues: { send: (...message) => String(sent.push(message)) },
      signal: new AbortController().signal,
      onFault: (_, { errorType }) => faults.push(errorType),
    },
  );
  return { calledAt, sent, faults };
}

describe('an asynchronous call', () => {
  test('that succeeds is made once', async () => {
    expect(await call([done], 'dead')).toEqual({ calledAt: [0], sent: [], faults: [] });
  });

  test('that fails is made again after one minute and after two more', async () => {
    expect(await call([broken, broken, done], 'dead')).toEqual({
      calledAt: [0, 60, 180],
      sent: [],
      faults: ['Broken', 'Broken'],
    });
  });

  test('that Lambda does not take is made again in a second, which is no attempt', async () => {
    const throttled: Invocation = { ...broken, refused: true };
    expect(await call([throttled, throttled, broken, done], 'dead')).toEqual({
      calledAt: [0, 1, 2, 62],
      sent: [],
      faults: ['Broken'],
    });
  });

  test('that never succeeds leaves its event in the dead-letter queue', async () => {
    const { calledAt, sent } = await call([], 'dead');
    expect(calledAt).toEqual([0, 60, 180]);
    expect(sent).toEqual([
      [
        'dead',
        '{"id":"event"}',
        expect.objectContaining({ ErrorMessage: { DataType: 'String', StringValue: 'no server' } }),
      ],
    ]);
  });

  test('that fails with a long message leaves as much of it as an attribute of a dead letter may hold', async () => {
    const error = { errorType: 'Broken', errorMessage: 'x'.repeat(2_000) };
    const failed: Invocation = { ok: false, error };
    const { sent } = await call([failed, failed, failed], 'dead');
    expect(sent[0]?.[2]).toMatchObject({ ErrorMessage: { StringValue: 'x'.repeat(1_024) } });
  });

  test('that never succeeds is over, also without such a queue', async () => {
    expect((await call([])).sent).toEqual([]);
  });

  test('is not done if the stack stops meanwhile', async () => {
    const stopping = new AbortController();
    const result = invokeAsynchronously(
      { spec: { name: 'fn' }, invoke: () => new Promise(() => {}) },
      {},
      {
        clock: new VirtualClock(),
        queues: { send: () => expect.unreachable() },
        signal: stopping.signal,
        onFault: () => expect.unreachable(),
      },
    );
    stopping.abort(new Error('stopped'));
    await expect(result).rejects.toThrow('stopped');
  });
});
