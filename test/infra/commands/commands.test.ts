import { describe, expect, test } from 'vitest';
import { runOn } from './run-command.ts';

const paused = { switch: { paused: true, by: 'alice', at: '2027-03-01T12:00:00.000Z', reason: 'Deploying' } };
const resumed = { switch: { paused: false, by: 'alice', at: '2027-03-01T13:00:00.000Z' } };

describe('pause', () => {
  test('says who paused and why, and stops nothing', async () => {
    const answers = { 'POST /switch/pause': [paused] };
    const { stdout, code, asked } = await runOn(answers, ['pause', '--reason', 'Deploying']);
    expect(stdout).toBe('All starts are paused since 2027-03-01T12:00:00.000Z by alice: Deploying\n');
    expect(code).toBe(0);
    expect(asked).toEqual([['POST /switch/pause', { reason: 'Deploying' }]]);
  });

  test('stops what runs, all of it, once nothing starts any more', async () => {
    const answers = {
      'POST /switch/pause': [paused],
      'POST /switch/stop': [
        { stop: { stopped: 98, failed: 2, nextCursor: 'next' } },
        { stop: { stopped: 3, failed: 0, nextCursor: null } },
      ],
    };
    const { stdout, code, asked } = await runOn(answers, ['pause', '--reason', 'Deploying', '--abort']);
    expect(stdout).toContain('101 running sessions');
    expect(stdout).toContain('2 could not be stopped');
    expect(code).toBe(1);
    expect(asked.map(([, body]) => body)).toEqual([{ reason: 'Deploying' }, {}, { cursor: 'next' }]);
  });

  test.each([
    ['first', [1, 0]],
    ['last', [0, 1]],
  ])('is not done where one on the %s page could not be stopped', async (_, [first, last]) => {
    const answers = {
      'POST /switch/pause': [paused],
      'POST /switch/stop': [
        { stop: { stopped: 4, failed: first, nextCursor: 'next' } },
        { stop: { stopped: 3, failed: last, nextCursor: null } },
      ],
    };
    const { stdout, code } = await runOn(answers, ['pause', '--reason', 'Deploying', '--abort']);
    expect(stdout.split('\n').slice(1, -1)).toEqual([
      '7 running sessions are being stopped.',
      '1 could not be stopped: the log of the function Manage says why. Pause once more.',
    ]);
    expect(code).toBe(1);
  });

  test('takes a reason of 500 characters, and none of 501', async () => {
    const reason = 'x'.repeat(500);
    const { code, asked } = await runOn({ 'POST /switch/pause': [paused] }, ['pause', '--reason', reason]);
    expect([code, asked]).toEqual([0, [['POST /switch/pause', { reason }]]]);
    const longer = await runOn({}, ['pause', '--reason', `${reason}x`]);
    expect(longer).toMatchObject({ code: 2, stderr: expect.stringContaining('500 characters'), asked: [] });
  });
});

describe('resume', () => {
  test('replays nothing unless it is asked to', async () => {
    const { stdout, code } = await runOn({ 'POST /switch/resume': [resumed] }, ['resume']);
    expect(stdout).toContain('--replay');
    expect(code).toBe(0);
  });

  const replay = (replays: object[]) =>
    runOn({ 'POST /switch/resume': [resumed], 'POST /switch/replay': replays.map((each) => ({ replay: each })) }, [
      'resume',
      '--replay',
    ]);

  test('replays until nothing is left, and adds up by reason', async () => {
    const { stdout, code, waited } = await replay([
      { decided: { started: 2, storm_held: 48 }, failed: 0, more: true },
      { decided: { started: 1 }, failed: 0, more: false },
    ]);
    expect(code).toBe(0);
    // The list of what is paused lags behind.
    expect(waited).toEqual([500]);
    expect(stdout.split('\n').slice(1, -1)).toEqual([
      'Replayed:',
      expect.stringMatching(/^ {2}started +3$/),
      expect.stringMatching(/^ {2}storm_held +48$/),
    ]);
  });

  test('ends where only what fails is left, and says so', async () => {
    const { stdout, code, asked } = await replay([
      { decided: { started: 1 }, failed: 49, more: true },
      { decided: {}, failed: 50, more: true },
    ]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('50 could not be decided')]);
    expect(asked).toHaveLength(3);
  });
});

describe('explain', () => {
  test('prints a sentence a line', async () => {
    const answers = { 'GET /alerts/alr_1/explain': [{ sentences: ['It came.', 'It went.'] }] };
    expect((await runOn(answers, ['explain', 'alr_1'])).stdout).toBe('It came.\nIt went.\n');
  });

  test('takes no id for a path', async () => {
    const answers = { 'GET /alerts/..%2Fswitch/explain': [{ sentences: [] }] };
    expect((await runOn(answers, ['explain', '../switch'])).asked).toHaveLength(1);
  });

  test.each([
    [404, 2],
    [409, 1],
  ])('ends, where the API answers %i, with %i and its words', async (status, code) => {
    const refusal = Response.json({ error: { code: 'not_found', message: 'There is no such alert.' } }, { status });
    const ended = await runOn({ 'GET /alerts/alr_9/explain': [refusal] }, ['explain', 'alr_9']);
    expect(ended).toMatchObject({ code, stdout: '', stderr: 'There is no such alert.\n' });
  });
});

test('erase says since when, and which sessions went with it', async () => {
  const erasure = { alertId: 'alr_1', erasedAt: '2027-03-01T12:00:00.000Z', jobIds: ['job_1'] };
  const { stdout, code } = await runOn({ 'POST /alerts/alr_1/erase': [{ erasure }] }, ['erase', 'alr_1']);
  expect(stdout).toBe('alr_1 is erased since 2027-03-01T12:00:00.000Z.\n  job_1: texts overwritten, result deleted\n');
  expect(code).toBe(0);
  expect((await runOn({}, ['erase'])).code).toBe(2);
});

describe('ledger', () => {
  const day = { relayId: 'rly_1', day: '2027-03-01', deliveries: 2, entries: 3, accepted: 6, reasons: { started: 4 } };

  test('is a table whose sum comes out', async () => {
    const answers = { 'GET /relay/rly_1/ledger?day=2027-03-01': [{ ledger: { ...day, undecided: 2 } }] };
    const { stdout } = await runOn(answers, ['ledger', '--relay', 'rly_1', '--day', '2027-03-01']);
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      'Relay rly_1, 2027-03-01 (UTC): 2 deliveries, 3 entries',
      expect.stringMatching(/^ {2}started +4$/),
      expect.stringMatching(/^ {2}\(undecided\) +2$/),
      expect.stringMatching(/^ {2}accepted +6$/),
      expect.stringContaining('dead-letter queue'),
    ]);
  });

  test('is of today without a day, and of each relay without a relay', async () => {
    const relays = [
      { id: 'rly_1', name: 'Checkout' },
      { id: 'rly_2', name: 'Search' },
    ];
    const decided = { ...day, reasons: { started: 6 }, undecided: 0 };
    const answers = {
      'GET /relay': [{ relays }],
      'GET /relay/rly_1/ledger': [{ ledger: decided }],
      'GET /relay/rly_2/ledger': [{ ledger: { ...decided, relayId: 'rly_2' } }],
    };
    const { stdout } = await runOn(answers, ['ledger']);
    expect(stdout).not.toContain('undecided');
    expect(stdout.match(/^Relay \w+/gm)).toEqual(['Relay rly_1', 'Relay rly_2']);
    expect(stdout).toContain('\n\nRelay rly_2');
  });

  test('of many days is a line for each, and the account of all of them', async () => {
    const { relayId: _, ...first } = { ...day, undecided: 2 };
    const second = { ...first, day: '2027-02-28', reasons: { started: 5, paused: 1 }, undecided: 0 };
    const answers = { 'GET /relay/rly_1/ledger/days?from=2026-03-01&to=2027-03-01': [{ days: [second, first] }] };
    const { stdout } = await runOn(answers, ['ledger', '--relay', 'rly_1', '--since', '365d']);
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      '2027-02-28  2 deliveries, 6 accepted, 5 started',
      '2027-03-01  2 deliveries, 6 accepted, 4 started',
      'Relay rly_1, 2 days: 4 deliveries, 6 entries',
      expect.stringMatching(/^ {2}started +9$/),
      expect.stringMatching(/^ {2}paused +1$/),
      expect.stringMatching(/^ {2}\(undecided\) +2$/),
      expect.stringMatching(/^ {2}accepted +12$/),
    ]);
  });

  test('says where there is no relay yet', async () => {
    expect(await runOn({ 'GET /relay': [{ relays: [] }] }, ['ledger'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no relay yet'),
    });
  });
});

describe('accept', () => {
  const path = 'POST /agents/jobs/job_1/accept-repository';
  const repository = { endpoint: 'https://opencode.internal.corp:4096', directory: '/srv/shop' };

  test('tells what is taken as it is, and what cannot be read', async () => {
    const answers = {
      [path]: [{ repository: { ...repository, changed: ['config core.fsmonitor'], unread: ['hooks/x'] } }],
    };
    const { stdout, code, asked } = await runOn(answers, ['accept', 'job_1']);
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      expect.stringMatching(/^Accepted: the git folder of \/srv\/shop on https:/),
      '  changed: config core.fsmonitor',
      expect.stringMatching(/^ {2}not readable.*hooks\/x$/),
    ]);
    expect([code, asked]).toEqual([0, [[path, undefined]]]);
  });

  test('says where nothing differs', async () => {
    const answers = { [path]: [{ repository: { ...repository, changed: [], unread: [] } }] };
    expect((await runOn(answers, ['accept', 'job_1'])).stdout).toContain('Nothing differs');
  });

  test('takes one job', async () => {
    expect(await runOn({}, ['accept'])).toMatchObject({ code: 2, stderr: expect.stringContaining('job_') });
  });
});
