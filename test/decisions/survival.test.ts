import { describe, expect, test } from 'vitest';
import { effectiveReason } from '../../functions/domain/decision/decision.ts';
import { addCounts } from '../../functions/domain/decision/ledger.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { type Aftermath, survive, type Trouble } from '../support/chaos.ts';
import { differentAlerts } from '../support/different-alerts.ts';
import { relayId, sampleRule } from '../support/fakes/alert-samples.ts';
import { part } from '../support/property-runs.ts';

const calm: Trouble = { seed: 1, fails: 0, dies: 0, skewsMs: [0], twice: 0 };
const rule = (config: object = {}): Rule => sampleRule({}, config);

/** Nothing is lost, nothing runs twice, and the books balance. */
function expectBalance({ world, starts }: Aftermath, alerts: number, rules: number): void {
  expect(world.alerts.size).toBe(alerts);
  expect(new Set(starts.map(({ name }) => name)).size).toBe(starts.length);
  const day = world.stores.ledgerDay(relayId, '2027-03-01');
  expect({ accepted: day.accepted, undecided: day.undecided }).toEqual({ accepted: alerts * rules, undecided: 0 });
  const decisions = [...world.decisions.values()].filter(({ followedBy }) => followedBy === undefined);
  const reasons = decisions.map((decision) => {
    const storm = world.stores.storms.get(decision.stormId ?? '');
    return { [effectiveReason(decision, storm)]: decision.count };
  });
  expect(addCounts(...reasons)).toEqual(day.reasons);
  const ofAlert = Map.groupBy(decisions, ({ alertId }) => alertId);
  const others = [...world.alerts.values()].filter(
    ({ id, routedAt }) => routedAt === undefined || ofAlert.get(id)?.length !== rules,
  );
  expect(others).toEqual([]);
  const begun = decisions.filter(({ reason }) => reason === 'started' || reason === 'storm_released');
  expect(begun.filter(({ jobId }) => !world.executions.has(jobId ?? ''))).toEqual([]);
}

/** Most sessions, storms' own aside, that began within one window. */
function mostInWindow({ starts }: Aftermath, windowMs: number): number {
  const own = starts.filter((each) => !each.storm).map(({ atMs }) => atMs);
  return Math.max(0, ...own.map((from) => own.filter((atMs) => atMs >= from && atMs < from + windowMs).length));
}

test('1,000 different alerts in 60 s are three sessions: two at once, and one for all the others', async () => {
  const aftermath = await survive([rule()], differentAlerts(1_000, 10, 60_000), calm);
  expectBalance(aftermath, 1_000, 1);
  expect(aftermath.starts.map((each) => each.storm)).toEqual([false, false, true]);
  const { reasons } = aftermath.world.stores.ledgerDay(relayId, '2027-03-01');
  expect(reasons).toEqual({ started: 2, storm_triaged: 998 });
});

test('four alerts in a minute are four sessions, two at once and two afterwards', async () => {
  const aftermath = await survive([rule()], differentAlerts(4, 1, 40_000), calm);
  expectBalance(aftermath, 4, 1);
  expect(mostInWindow(aftermath, 60_000)).toBe(2);
  const { reasons } = aftermath.world.stores.ledgerDay(relayId, '2027-03-01');
  expect(reasons).toEqual({ started: 2, storm_released: 2 });
});

const troubles: [what: string, trouble: Partial<Trouble>][] = [
  ['every port failing now and then', { fails: 0.05 }],
  ['routers dying in the middle', { dies: 0.004 }],
  ['the queue delivering twice, two routers at once', { twice: 0.3, skewsMs: [0, 0] }],
  ['everything throttled for a minute', { throttled: [5, 65], skewsMs: [0, 0] }],
  ['clocks two minutes off', { skewsMs: [0, 120_000, -120_000] }],
  ['all of it', { fails: 0.02, dies: 0.002, twice: 0.2, throttled: [5, 65], skewsMs: [0, 120_000, -120_000] }],
];
/** 47 once lost an alert whose job was cancelled before its decision stood. */
const seedsOf = (turn: number): number[] => [...part([1, 2, 3, 4, 5, 6, 7, 8], 3, turn), 47];

describe.each(troubles.map((each, turn) => [...each, seedsOf(turn)] as const))('with %s', (_, trouble, seeds) => {
  test.each(seeds)('a storm loses nothing, and nothing runs twice (%i)', async (seed) => {
    const aftermath = await survive([rule()], differentAlerts(120, 4, 50_000), { ...calm, ...trouble, seed });
    expectBalance(aftermath, 120, 1);
  });

  test.each(seeds)('a few alerts are all decided, and those that start do so once (%i)', async (seed) => {
    const rules = [rule({ stormThreshold: 10, stormWindowSeconds: 30 })];
    const aftermath = await survive(rules, differentAlerts(9, 1, 25_000), { ...calm, ...trouble, seed });
    expectBalance(aftermath, 9, 1);
  });
});

test('routers that race for the places of one window never take more than there are', async () => {
  for (const seed of seedsOf(0)) {
    const trouble = { ...calm, seed, twice: 0.3, fails: 0.03, skewsMs: [0, 0, 0, 0] };
    const aftermath = await survive([rule({ stormThreshold: 50 })], differentAlerts(30, 1, 20_000), trouble);
    expectBalance(aftermath, 30, 1);
    expect(mostInWindow(aftermath, 60_000)).toBeLessThanOrEqual(2);
  }
});
