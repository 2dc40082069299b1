import { expect, test } from 'vitest';
import type { Storm } from '../../../functions/domain/storm/storm.ts';
import { type MeasureDeps, measure } from '../../../functions/upkeep/sweep/measure.ts';
import { sampleIntegration } from '../../support/fakes/alert-samples.ts';
import { sampleRelay } from '../../support/fakes/management.ts';

const now = new Date('2027-03-01T00:10:00.000Z');
const storm = { createdAt: '2027-02-28T21:10:00.000Z' } as const;
const limited = { maxConcurrentSessions: 1, maxSessionsPerDay: 4, maxCostUsdPerDay: 10 };

const account = (undecided: number) => ({ deliveries: 0, entries: 0, accepted: 0, reasons: {}, undecided });

const deps = (changes: Partial<MeasureDeps> = {}): MeasureDeps => ({
  open: { storms: async () => ({ rows: [], next: undefined }) },
  relays: { list: async () => [] },
  integrations: { list: async () => [sampleIntegration] },
  ledger: { day: async () => account(0) },
  switch: { read: async () => undefined },
  slots: { read: async () => ({ slots: { holders: [], waiting: [] }, version: 0 }) },
  budgetUse: { read: async () => ({ sessions: 0, costUsd: 0 }) },
  stackBudget: {},
  ...changes,
});
const quiet = { undecided: 0, stormHeldMinutes: 0, pausedMinutes: 0, sessionsWaiting: 0, budgets: [] };

test('where nothing waits there is nothing', async () => {
  expect(await measure(deps(), now)).toEqual(quiet);
});

test('what is due by the ledger counts, of all relays, today and yesterday', async () => {
  const asked: string[] = [];
  const day = async (relayId: string, of: string) => {
    asked.push(`${relayId} ${of}`);
    return account(of === '2027-02-28' ? 3 : 0);
  };
  const relays = { list: async () => [sampleRelay({ id: 'rly_1' }), sampleRelay({ id: 'rly_2' })] };
  expect(await measure(deps({ relays, ledger: { day } }), now)).toEqual({ ...quiet, undecided: 6 });
  expect(asked.sort()).toEqual(
    ['rly_1', 'rly_2'].flatMap((id) => ['2027-02-28', '2027-03-01'].map((each) => `${id} ${each}`)),
  );
});

test('the oldest storm that is open, and a pause, have an age', async () => {
  const rows = [storm as Storm];
  const open = { storms: async () => ({ rows, next: undefined }) };
  const read = async () => ({ paused: true, by: 'ada', at: '2027-02-27T23:10:00.000Z' });
  const measured = await measure(deps({ open, switch: { read } }), now);
  expect(measured).toEqual({ ...quiet, stormHeldMinutes: 180, pausedMinutes: 1500 });
  const over = async () => ({ paused: false, by: 'ada', at: '2027-02-27T23:10:00.000Z' });
  expect(await measure(deps({ switch: { read: over } }), now)).toEqual(quiet);
});

test('budgets of the stack and of integrations are told in percent, each limit that there is, and who waits', async () => {
  const integrations = { list: async () => [{ ...sampleIntegration, id: 'int_1', metadata: limited }] };
  const used = new Map([
    ['stack 2027-03-01', { sessions: 3, costUsd: 7 }],
    ['integration:int_1 2027-03-01', { sessions: 4, costUsd: 12.5 }],
  ]);
  const budgetUse = {
    read: async (scope: string, day: string) => used.get(`${scope} ${day}`) ?? { sessions: 0, costUsd: 0 },
  };
  const waiting = [
    { jobId: 'job_1', seenAt: '2027-03-01T00:09:00.000Z' },
    { jobId: 'job_gone', seenAt: '2027-03-01T00:01:00.000Z' },
  ];
  const slots = { read: async () => ({ slots: { holders: [], waiting }, version: 1 }) };
  expect(await measure(deps({ integrations, budgetUse, slots, stackBudget: { maxSessionsPerDay: 6 } }), now)).toEqual({
    ...quiet,
    sessionsWaiting: 1,
    budgets: [
      { scope: 'stack', limit: 'sessions', percent: 50 },
      { scope: 'integration:int_1', limit: 'sessions', percent: 100 },
      { scope: 'integration:int_1', limit: 'cost', percent: 125 },
    ],
  });
});
