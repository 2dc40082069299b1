import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import type { ControlApi } from '../../../infra/control/api.ts';
import { runControl } from '../../../infra/control/run.ts';

const paused = { switch: { paused: true, by: 'alice', at: '2027-03-01T12:00:00.000Z', reason: 'Deploying' } };
const resumed = { switch: { paused: false, by: 'alice', at: '2027-03-01T13:00:00.000Z' } };

/** Answers each request with the next one of the answers that its route has. */
function fakeApi(answers: Record<string, object[]>) {
  const asked: [route: string, body: object | undefined][] = [];
  const api: ControlApi = {
    async ask<Schema extends z.ZodType>(method: string, path: string, schema: Schema, body?: object) {
      asked.push([`${method} ${path}`, body]);
      const answer = answers[`${method} ${path}`]?.shift();
      if (!answer) throw new Error(`${method} ${path} was not expected`);
      return schema.parse(answer);
    },
  };
  return { api, asked };
}

describe('pause', () => {
  test('says who paused and why, and stops nothing', async () => {
    const { api, asked } = fakeApi({ 'POST /switch/pause': [paused] });
    expect(await runControl(api, { name: 'pause', reason: 'Deploying', abort: false })).toEqual({
      text: 'All starts are paused since 2027-03-01T12:00:00.000Z by alice: Deploying\n',
      done: true,
    });
    expect(asked).toEqual([['POST /switch/pause', { reason: 'Deploying' }]]);
  });

  test.each([1, 2])('a failure to stop is told on whichever page it stands: %i', async (page) => {
    const failed = (at: number) => (at === page ? 1 : 0);
    const { api } = fakeApi({
      'POST /switch/pause': [paused],
      'POST /switch/stop': [
        { stop: { stopped: 1, failed: failed(1), nextCursor: 'next' } },
        { stop: { stopped: 1, failed: failed(2), nextCursor: null } },
      ],
    });
    const { text, done } = await runControl(api, { name: 'pause', reason: 'Deploying', abort: true });
    expect(text).toContain('1 could not be stopped');
    expect(done).toBe(false);
  });

  test('stops what runs, all of it, once nothing starts any more', async () => {
    const { api, asked } = fakeApi({
      'POST /switch/pause': [paused],
      'POST /switch/stop': [
        { stop: { stopped: 98, failed: 2, nextCursor: 'next' } },
        { stop: { stopped: 3, failed: 0, nextCursor: null } },
      ],
    });
    const { text, done } = await runControl(api, { name: 'pause', reason: 'Deploying', abort: true });
    expect(text).toContain('101 running sessions');
    expect(text).toContain('2 could not be stopped');
    expect(done).toBe(false);
    expect(asked.map(([, body]) => body)).toEqual([{ reason: 'Deploying' }, { cursor: undefined }, { cursor: 'next' }]);
  });
});

describe('resume', () => {
  test('replays nothing unless it is asked to', async () => {
    const { api } = fakeApi({ 'POST /switch/resume': [resumed] });
    const { text, done } = await runControl(api, { name: 'resume', replay: false });
    expect(text).toContain('--replay');
    expect(done).toBe(true);
  });

  const replay = (replays: object[]) => {
    const { api, asked } = fakeApi({
      'POST /switch/resume': [resumed],
      'POST /switch/replay': replays.map((each) => ({ replay: each })),
    });
    const waits: number[] = [];
    const wait = async (ms: number) => waits.push(ms);
    return { asked, waits, result: runControl(api, { name: 'resume', replay: true }, wait) };
  };

  test('replays until nothing is left, and adds up by reason', async () => {
    const { result, waits } = replay([
      { decided: { started: 2, storm_held: 48 }, failed: 0, more: true },
      { decided: { started: 1 }, failed: 0, more: false },
    ]);
    const { text, done } = await result;
    expect(done).toBe(true);
    expect(text.split('\n').slice(1, -1)).toEqual([
      'Replayed:',
      expect.stringMatching(/^ {2}started +3$/),
      expect.stringMatching(/^ {2}storm_held +48$/),
    ]);
    // The list of what is paused lags behind.
    expect(waits).toEqual([500]);
  });

  test('ends where only what fails is left, and says so', async () => {
    const { result, asked } = replay([
      { decided: { started: 1 }, failed: 49, more: true },
      { decided: {}, failed: 50, more: true },
    ]);
    expect(await result).toMatchObject({ done: false, text: expect.stringContaining('50 could not be decided') });
    expect(asked).toHaveLength(3);
  });
});

test('explain prints a sentence a line', async () => {
  const { api } = fakeApi({ 'GET /alerts/alr_1/explain': [{ sentences: ['It came.', 'It went.'] }] });
  const { text } = await runControl(api, { name: 'explain', alertId: 'alr_1' });
  expect(text).toBe('It came.\nIt went.\n');
});

describe('ledger', () => {
  const day = { relayId: 'rly_1', day: '2027-03-01', deliveries: 2, entries: 3, accepted: 6, reasons: { started: 4 } };

  test('is a table whose sum comes out', async () => {
    const { api } = fakeApi({ 'GET /relay/rly_1/ledger?day=2027-03-01': [{ ledger: { ...day, undecided: 2 } }] });
    const { text } = await runControl(api, { name: 'ledger', relayId: 'rly_1', day: '2027-03-01' });
    expect(text.split('\n').slice(0, -1)).toEqual([
      'Relay rly_1, 2027-03-01 (UTC): 2 deliveries, 3 entries',
      expect.stringMatching(/^ {2}started +4$/),
      expect.stringMatching(/^ {2}\(undecided\) +2$/),
      expect.stringMatching(/^ {2}accepted +6$/),
      expect.stringContaining('dead-letter queue'),
    ]);
  });

  test('is of today without a day', async () => {
    const { api } = fakeApi({
      'GET /relay/rly_1/ledger': [{ ledger: { ...day, reasons: { started: 6 }, undecided: 0 } }],
    });
    const { text } = await runControl(api, { name: 'ledger', relayId: 'rly_1', day: undefined });
    expect(text).not.toContain('undecided');
  });
});

test('ids are no paths', async () => {
  const { api, asked } = fakeApi({ 'GET /alerts/..%2Fswitch/explain': [{ sentences: [] }] });
  await runControl(api, { name: 'explain', alertId: '../switch' });
  expect(asked).toHaveLength(1);
});
