import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { heartbeat } from '../../functions/contract/heartbeat.ts';
import { openGuards, type SessionLimit } from '../../functions/contract/metrics.ts';
import type { ReasonCode, ReasonCounts } from '../../functions/contract/reason-codes.ts';
import type { Gauges } from '../../functions/domain/decision/gauges.ts';
import type { UsedUp } from '../../functions/domain/rule/budget.ts';
import type { Budgets, DecisionStore, Ledger } from '../../functions/ports.ts';
import { prices } from '../../infra/costs/prices.ts';
import { isFiredAt, isFiredBy } from '../support/alarm-firing.ts';
import { alarmTopic, capturedLines, synthesizedAlarms } from '../support/alarms.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { projectRoot } from '../support/source-files.ts';
import { resourcesIn, synthesizedTemplate } from '../support/stack.ts';

type DecisionMove = Parameters<DecisionStore['move']>[0];

const alarms = synthesizedAlarms();
let lines: string[] = [];
beforeEach(() => {
  lines = capturedLines();
});
afterEach(() => vi.restoreAllMocks());

/** Of those that functions count for: what AWS counts has no line. */
const firing = () =>
  [...alarms.values()].filter((alarm) => !alarm.absence && isFiredBy(alarm, lines)).map(({ name }) => name);

test('the manual says what the alarms cost, and lists each', () => {
  const manual = readFileSync(join(projectRoot, 'infra/MONITORING.md'), 'utf8');
  const metrics = [...alarms.values()].reduce((sum, { series }) => sum + series.length, 0);
  const usd = (metrics * prices.alarmMetricMonth.usd).toFixed(2);
  expect(manual.replaceAll(/\s+/g, ' ')).toContain(`costs $0.10 a month: $${usd} for the ${metrics} of them`);
  expect([...alarms.keys()].filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
});

describe('what the sweep measures', () => {
  const measured = async (changes: Partial<Gauges>) => {
    const { sweepMetrics } = await import('../../functions/middleware/sweep-metrics.ts');
    const quiet = { undecided: 0, stormHeldMinutes: 0, pausedMinutes: 0, sessionsWaiting: 0, budgets: [] };
    sweepMetrics.measured({ ...quiet, ...changes });
  };

  test.each<[string, keyof Gauges, number]>([
    ['Undecided', 'undecided', 1],
    ['StormHeld', 'stormHeldMinutes', 120],
    ['LongPaused', 'pausedMinutes', 1_440],
  ])('fires %s from its threshold on, by the highest of five minutes', async (name, gauge, threshold) => {
    await measured({ [gauge]: threshold - 1 });
    await measured({ [gauge]: threshold - 1 });
    expect(firing()).toEqual([]);
    await measured({ [gauge]: threshold });
    expect(firing()).toEqual([name]);
  });

  test('is undecided for 15 minutes before somebody is woken', () => {
    const [undecided] = [...alarms.values()].filter(({ periods }) => periods > 1);
    expect([undecided?.name, (undecided?.periods ?? 0) * (undecided?.minutes ?? 0)]).toEqual(['Undecided', 15]);
  });

  test('of budgets and of those who wait wakes nobody', async () => {
    await measured({ sessionsWaiting: 9, budgets: [{ scope: 'stack', limit: 'cost', percent: 100 }] });
    expect(lines).toHaveLength(2);
    expect(firing()).toEqual([]);
  });
});

describe('a budget that is used up', () => {
  test.each<[string, string, UsedUp['limit']]>([
    ['StackBudgetReached', 'stack', 'sessions'],
    ['StackBudgetReached', 'stack', 'cost'],
    ['BudgetReached', 'integration:int_1', 'sessions'],
    ['BudgetReached', 'integration:int_1', 'cost'],
    ['BudgetReached', 'rule:rul_1', 'cost'],
    ['BudgetReached', 'entry:checkout', 'sessions'],
  ])('fires %s for %s (%s)', async (name, scope, limit) => {
    const { countingBudgets } = await import('../../functions/middleware/budget-metrics.ts');
    let usedUp: UsedUp | undefined;
    const take: Budgets['take'] = async () => usedUp;
    const { budgets } = countingBudgets({ budgets: { take } });
    await budgets.take({ scope, maxSessions: 1, maxCostUsd: 1 }, '2027-03-01', 'job_1');
    expect(firing()).toEqual([]);
    usedUp = { limit, used: 1 };
    await budgets.take({ scope, maxSessions: 1, maxCostUsd: 1 }, '2027-03-01', 'job_2');
    expect(firing()).toEqual([name]);
  });

  test.each(['intake/route-alert', 'api/manage', 'storm/check-storm', 'storm/triage-storm', 'relay-run/decide-step'])(
    'is counted by the handler of %s',
    (folder) => {
      const source = readFileSync(join(projectRoot, 'functions', folder, 'handler.ts'), 'utf8');
      expect(source).toContain('countingBudgets(');
    },
  );
});

test('NoService fires for an alert that the catalogue has no entry for', async () => {
  const { routingMetrics } = await import('../../functions/middleware/queue.ts');
  const routed = (reasons: ReasonCounts) =>
    routingMetrics.publish({ relays: new Map([['rly_1', { entries: 1, reasons }]]), alertsRouted: 1 });
  routed({ not_matched: 1, started: 2 });
  expect(firing()).toEqual([]);
  routed({ no_service: 1 });
  expect(firing()).toEqual(['NoService']);
});

describe('an alert that has no service later', () => {
  const deferred = { alertId: 'alr_1', ruleId: 'rul_1', relayId: 'rly_1', day: '2027-03-01', lastAt: 'now' };

  test('fires NoService at its step of a relay run, once', async () => {
    const { countingServices } = await import('../../functions/middleware/service-metrics.ts');
    let isMoved = false;
    const { decisions } = countingServices({ decisions: { move: async (_: DecisionMove) => isMoved } });
    const moveTo = (reason: ReasonCode) =>
      decisions.move({ ...deferred, from: 'scheduled', reason, sentence: 'It is.' });
    expect(await moveTo('no_service')).toBe(false);
    isMoved = true;
    await moveTo('not_matched');
    expect(firing()).toEqual([]);
    expect(await moveTo('no_service')).toBe(true);
    expect(firing()).toEqual(['NoService']);
  });

  test('fires NoService where a storm is of none', async () => {
    const { countingStorms } = await import('../../functions/middleware/service-metrics.ts');
    const { moved } = countingStorms<Pick<Ledger, 'moved'>>({ moved: async () => {} });
    await moved({ ...deferred, id: 'stm_1', reasons: { storm_held: -3, storm_triaged: 3 } });
    expect(firing()).toEqual([]);
    await moved({ ...deferred, id: 'stm_1', reasons: { storm_held: -3, no_service: 3 } });
    expect(firing()).toEqual(['NoService']);
  });

  test.each(['api/manage', 'storm/check-storm', 'storm/triage-storm', 'relay-run/decide-step'])(
    'is counted by the handler of %s',
    (folder) => {
      const source = readFileSync(join(projectRoot, 'functions', folder, 'handler.ts'), 'utf8');
      expect(source).toMatch(/counting(?:Services|Storms)\(/);
    },
  );
});

test.each<SessionLimit>(['attempts', 'minutes', 'messages', 'costUsd', 'tokens'])(
  'SessionNearLimit fires for a session that is near to its limit of %s',
  async (limit) => {
    const { sessionMetrics } = await import('../../functions/middleware/session-metrics.ts');
    sessionMetrics.nearLimit(limit);
    expect(firing()).toEqual(['SessionNearLimit']);
  },
);

describe('a guard that was gone on without', () => {
  test.each(openGuards)('fires FailedOpen: %s', async (guard) => {
    const { log } = await import('../../functions/middleware/log.ts');
    log.warn('Message not delayed', { jobId: 'job_1' });
    expect(firing()).toEqual([]);
    log.warn('Guard not asked', { guard, jobId: 'job_1' });
    expect(firing()).toEqual(['FailedOpen']);
  });

  test('is each that there is a name for, and no handler gives a use case the plain log where it may be', () => {
    const sources = globSync('functions/**/*.ts', { cwd: projectRoot }).map((path) => ({
      path,
      text: readFileSync(join(projectRoot, path), 'utf8'),
    }));
    const told = sources.flatMap(({ text }) =>
      [...text.matchAll(/guard: '(\w+)'|countFailedOpen\('(\w+)'\)/g)].map(([, field, call]) => field ?? call),
    );
    expect([...new Set(told)].sort()).toEqual([...openGuards].sort());
    const guarded = ['receive-alert', 'receive-alarm', 'create-session', 'poll-session', 'collect-result'];
    for (const name of [...guarded, 'session-stopped']) {
      const handler = sources.find(({ path }) => path.endsWith(`/${name}/handler.ts`));
      expect(handler?.text).toMatch(/^ {2}log,$/m);
    }
  });
});

test('UnauthorizedRequests fires at the twentieth request without a token', async () => {
  const { api } = await import('../../functions/middleware/api.ts');
  const tokens = { holderOf: async () => undefined };
  const handler = api({ tokens, run: () => Promise.reject(new Error('unexpected')) });
  const http = { method: 'GET' };
  const event = { rawPath: '/v0/relay', requestContext: { requestId: 'r', http }, headers: {} };
  const ask = async () => expect((await handler(event, lambdaContext('manage'))).statusCode).toBe(401);
  for (let asked = 0; asked < 19; asked++) await ask();
  expect(firing()).toEqual([]);
  await ask();
  expect(firing()).toEqual(['UnauthorizedRequests']);
});

test('IntakeFlood fires at some 50 requests a second for a quarter of an hour, and not at a storm of 10,000', () => {
  const flood = alarms.get('IntakeFlood');
  if (!flood) throw new Error('No alarm of that name');
  expect(flood.minutes).toBe(15);
  expect(isFiredAt(flood, 10_000)).toBe(false);
  expect(isFiredAt(flood, 50 * 900)).toBe(false);
  expect(isFiredAt(flood, 51 * 900)).toBe(true);
});

test('HeartbeatMissing fires unless the router has decided on one, which is in no other count', async () => {
  const missing = alarms.get('HeartbeatMissing');
  if (!missing) throw new Error('No alarm of that name');
  const { routingMetrics } = await import('../../functions/middleware/queue.ts');
  routingMetrics.publish({ relays: new Map([['rly_1', { entries: 1, reasons: { started: 1 } }]]), alertsRouted: 1 });
  expect(isFiredBy(missing, lines)).toBe(true);
  lines.length = 0;
  routingMetrics.publish({
    relays: new Map([[heartbeat.relayId, { entries: 1, reasons: { no_rules: 1 } }]]),
    alertsRouted: 0,
  });
  expect(lines).toHaveLength(1);
  expect(isFiredBy(missing, lines)).toBe(false);
});

test('there is no such alarm, and nothing of a heartbeat, where it is switched off', () => {
  const off = resourcesIn(synthesizedTemplate({ heartbeat: 'off', alarmTopicArn: alarmTopic }));
  const ids = ['AWS::CloudWatch::Alarm', 'AWS::Lambda::Function', 'AWS::SecretsManager::Secret'].flatMap((type) =>
    off.ofType(type).map(([id]) => id),
  );
  expect(ids.filter((id) => id.includes('eartbeat'))).toEqual([]);
  expect(off.ofType('AWS::Scheduler::Schedule')).toEqual([]);
});

test('SweepSilent fires where no sweep is counted', () => {
  const silent = alarms.get('SweepSilent');
  if (!silent) throw new Error('No alarm of that name');
  expect([isFiredAt(silent, 0), isFiredAt(silent, 1), silent.minutes]).toEqual([true, false, 15]);
});
