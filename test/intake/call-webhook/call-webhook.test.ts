import { expect, test } from 'vitest';
import { callWebhooks } from '../../../functions/intake/call-webhook/call-webhook.ts';
import type { CallResult, DeadCalls } from '../../../functions/ports.ts';
import { sampleCall } from '../../support/fakes/calls.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { late } from '../../support/fakes/late.ts';

const refused: CallResult = { kind: 'refused', code: 'status_404' };
const busy: CallResult = { kind: 'again', code: 'status_503' };

async function called(
  results: Record<string, CallResult | Error>,
  keep = async (): Promise<void> => {},
  write = async (): Promise<void> => {},
) {
  const recorded: string[] = [];
  const kept: string[] = [];
  const counted: Record<string, number>[] = [];
  const warnings: Record<string, string>[] = [];
  const answers = await callWebhooks(
    {
      sender: {
        send: async ({ id }) => {
          const result = results[id] ?? new Error('unknown');
          if (result instanceof Error) throw result;
          return result;
        },
      },
      dead: late<DeadCalls>({
        keep: async ({ id }, code) => {
          await keep();
          kept.push(`${id} ${code}`);
        },
      }),
      records: {
        record: async ({ id }, result) => {
          await write();
          recorded.push(`${id} ${result.kind}${'code' in result ? ` ${result.code}` : ''}`);
        },
      },
      metrics: { publish: (counts) => void counted.push(Object.fromEntries(counts)) },
      clock: fakeClock(),
      log: { warn: (_, fields) => void warnings.push(fields) },
    },
    Object.keys(results).map((id) => sampleCall({ id })),
  );
  return { answers, kept, counted, warnings, recorded };
}

test('each call has its own end: done, again, or refused for good and kept', async () => {
  const { answers, kept, counted, warnings, recorded } = await called({
    a: { kind: 'done' },
    b: busy,
    c: refused,
    d: busy,
  });
  const error = expect.objectContaining({ message: 'The receiver did not take the call: status_503' });
  expect(answers).toEqual([undefined, { entries: 1, error }, undefined, { entries: 1, error }]);
  expect(kept).toEqual(['c status_404']);
  expect(recorded.sort()).toEqual(['a done', 'b again status_503', 'c refused status_404', 'd again status_503']);
  expect(counted).toEqual([{ done: 1, again: 2, refused: 1 }]);
  expect(warnings).toEqual([{ callId: 'c', alertId: 'alr_1', ruleId: 'rul_1', code: 'status_404' }]);
});

test('what cannot be kept, or sent at all, comes again', async () => {
  const down = new Error('throttled');
  expect((await called({ a: refused }, () => Promise.reject(down))).answers).toEqual([{ entries: 1, error: down }]);
  expect((await called({ a: down, b: { kind: 'done' } })).answers).toEqual([{ entries: 1, error: down }, undefined]);
});

test('what cannot be recorded ends as it ended: a receiver that has taken it is not called again', async () => {
  const down = () => Promise.reject(new Error('throttled'));
  const { answers, kept, warnings } = await called({ a: { kind: 'done' }, b: refused }, async () => {}, down);
  expect(answers).toEqual([undefined, undefined]);
  expect(kept).toEqual(['b status_404']);
  expect(warnings.filter(({ error }) => error !== undefined)).toHaveLength(2);
});
